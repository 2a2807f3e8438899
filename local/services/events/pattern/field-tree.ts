/** The paths that rules ask about, as a tree of field names, so that an event is read only where a rule may look. */
export interface FieldNode {
  readonly children: Map<string, FieldNode>;
  /** The number of the field that ends here, or -1. */
  field: number;
}

export class FieldTree {
  readonly root: FieldNode = { children: new Map(), field: -1 };
  readonly #fields = new Map<string, number>();

  /** How many fields have been numbered. */
  get size(): number {
    return this.#fields.size;
  }

  /** The number of the field at a dotted path, the same each time. */
  field(path: string): number {
    const known = this.#fields.get(path);
    if (known !== undefined) return known;
    let node = this.root;
    for (const name of path.split('.')) {
      const child = node.children.get(name) ?? { children: new Map(), field: -1 };
      node.children.set(name, child);
      node = child;
    }
    node.field = this.#fields.size;
    this.#fields.set(path, node.field);
    return node.field;
  }
}

/** Goes down by one key of an event; a dotted key counts as several names. */
export function descend(node: FieldNode, key: string): FieldNode | undefined {
  const child = node.children.get(key);
  if (child || !key.includes('.')) return child;
  let at: FieldNode | undefined = node;
  for (const name of key.split('.')) at = at?.children.get(name);
  return at;
}
