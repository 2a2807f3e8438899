import type { Journal } from '../../../cloud/journal.ts';
import type { KeptMap } from '../kept-map.ts';

/** A map of plain data, and the name of its part of the journal. */
export interface KeptPart<Value> {
  readonly journal: Journal;
  readonly name: string;
  readonly map: KeptMap<Value>;
}

/** Keeps a map whose values are plain JSON. */
export function keepMap<Value>({ journal, name, map }: KeptPart<Value>): void {
  const same = (value: Value) => value;
  keepMapAs({ journal, name, map, store: same, restore: same });
}

/** Keeps a map whose values are put into another form for that. */
export function keepMapAs<Value, Stored>(
  part: KeptPart<Value> & { readonly store: (value: Value) => Stored; readonly restore: (stored: Stored) => Value },
): void {
  const { journal, name, map, store, restore } = part;
  map.changed = journal.keep<Stored>({
    name,
    keys: () => map.keys(),
    read: key => {
      const value = map.get(key);
      return value === undefined ? undefined : store(value);
    },
    restore: (key, stored) => {
      map.set(key, restore(stored));
    },
  });
}
