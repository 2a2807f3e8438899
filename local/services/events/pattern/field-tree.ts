/** The paths that rules ask about, as a tree of field names, so that an event is read only where a rule may look. */
export interface FieldNode {
  readonly name: string;
  readonly children: Map<string, FieldNode>;
  /** By the length of their names, modulo 32: most keys of an event are told apart by it. */
  readonly lengths: FieldNode[][];
  /** The number of the field that ends here, or -1. */
  field: number;
}

export class FieldTree {
  readonly root = emptyNode('');
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
    for (const name of path.split('.')) node = node.children.get(name) ?? addChild(node, name);
    node.field = this.#fields.size;
    this.#fields.set(path, node.field);
    return node.field;
  }
}

function emptyNode(name: string): FieldNode {
  return { name, children: new Map(), lengths: [], field: -1 };
}

function addChild(node: FieldNode, name: string): FieldNode {
  const child = emptyNode(name);
  node.children.set(name, child);
  const place = name.length & 31;
  node.lengths[place] ??= [];
  node.lengths[place].push(child);
  return child;
}

/** Goes down by one key of an event; a dotted key counts as several names. */
export function descend(node: FieldNode, key: string): FieldNode | undefined {
  const child = node.children.get(key);
  if (child || !key.includes('.')) return child;
  let at: FieldNode | undefined = node;
  for (const name of key.split('.')) at = at?.children.get(name);
  return at;
}
