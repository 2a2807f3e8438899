/** Generates the code that digests an event of a known shape, as `digestEvent` does: hashes of what never changes are made once. */
import { ACCEPTANCE_WORD, CONTENT_WORD } from './event-digest.ts';
import type { ShapePart } from './event-shape.ts';
import { nameHash, valueHash } from './value-hash.ts';

/** Fills in the words that are not of the id. */
export function digestCode(event: ShapePart): string {
  const member = (name: string) => (event.kind === 'object' ? event.members[event.names.indexOf(name)] : undefined);
  const isTold = member('doortime')?.kind !== 'literal' || !isLiteral(member('doortime'), 'true');
  const names = hashCode(member('subject'), hashCode(member('source'), hashCode(member('type'), 0)));
  const content = hashCode(member('data'), hashCode(isTold ? member('time') : undefined, names));
  const acceptance = member('acceptance') ? hashCode(member('acceptance'), 0) : 0;
  return `words[${CONTENT_WORD}] = ${content};\nwords[${ACCEPTANCE_WORD}] = ${acceptance};\n`;
}

function isLiteral(part: ShapePart | undefined, json: string): boolean {
  return part?.kind === 'literal' && part.json === json;
}

/** A number that is known, or the code that makes it. */
type HashCode = number | string;

/** The hash of a part, as `valueHash` has it. */
function hashCode(part: ShapePart | undefined, seed: HashCode): HashCode {
  switch (part?.kind) {
    case undefined:
      return typeof seed === 'number' ? valueHash(undefined, seed) : `valueHash(undefined, ${seed})`;
    case 'literal':
      return typeof seed === 'number' ? valueHash(JSON.parse(part.json), seed) : `valueHash(${part.json}, ${seed})`;
    case 'hole': {
      const name = `s${part.index}`;
      return part.hole === 'number'
        ? `numberHash(${name}, ${seed})`
        : `bytesHash(bytes, ${name}at, ${name}to, ${seed})`;
    }
    case 'list': {
      const start: HashCode = `listSeed(${part.items.length}, ${seed})`;
      return `avalanche(${part.items.reduce<HashCode>((hash, item) => hashCode(item, hash), start)})`;
    }
    case 'object': {
      const members = part.members.map((member, index) => hashCode(member, nameHash(part.names[index] ?? '')));
      return `mapHash(${members.reduce<HashCode>((sum, each) => `(${sum} + ${each} | 0)`, 0)}, ${seed})`;
    }
  }
}
