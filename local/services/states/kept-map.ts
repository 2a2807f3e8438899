/** A map that says which of its keys have changed. */
export class KeptMap<Value> extends Map<string, Value> {
  changed: (key: string) => void = () => {};

  override set(key: string, value: Value): this {
    super.set(key, value);
    this.changed(key);
    return this;
  }

  override delete(key: string): boolean {
    const wasThere = super.delete(key);
    if (wasThere) this.changed(key);
    return wasThere;
  }
}
