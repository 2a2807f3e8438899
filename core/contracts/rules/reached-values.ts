import { ANYTHING, elementsOf, isFree, memberNames, memberOf, type Place, placeCanBe } from './schema-place.ts';

/** What stands at a path of an event, as far as schemas say. */
export interface Reached {
  /** Places of the texts, numbers, booleans and nulls there; elements of lists count, as they do for a pattern. */
  readonly values: readonly Place[];
  /** Whether an event may have no such value there. */
  readonly mayBeAbsent: boolean;
  /** Whether a schema speaks about the path, or leaves everything open there. */
  readonly isDeclared: boolean;
  /** Members of an object that stands there itself. */
  readonly members: readonly string[];
  /** Where nothing is declared: the first name that is unknown, by its place in the path, and the names beside it. */
  readonly unknown?: { readonly index: number; readonly known: readonly string[] };
}

/** Lists of lists of lists: deeper than anybody writes. */
const DEEPEST_LIST = 8;
const NOWHERE: Reached = { values: [], mayBeAbsent: true, isDeclared: false, members: [] };

/** What stands at a path below a place. */
export function reachedValues(place: Place, path: readonly string[]): Reached {
  return reach(place, { path, index: 0, lists: 0 });
}

/** What stands at a path below any of some places. */
export function reachedFromAny(places: readonly Place[], path: readonly string[]): Reached {
  return together(places.map(place => reachedValues(place, path)));
}

interface Way {
  readonly path: readonly string[];
  readonly index: number;
  /** How many lists the way has gone into since the last member. */
  readonly lists: number;
}

function reach(place: Place, way: Way): Reached {
  if (isFree(place) || way.lists > DEEPEST_LIST) {
    return { values: [ANYTHING], mayBeAbsent: true, isDeclared: true, members: [] };
  }
  const elements = elementsOf(place);
  const inside = elements.places.map(element => reach(element, { ...way, lists: way.lists + 1 }));
  const own = way.index === way.path.length ? atEnd(place) : atMember(place, way);
  const listed = inside.length === 0 ? [] : [together(inside)].map(each => withCertainty(each, elements.isCertain));
  return together([...(own ? [own] : []), ...listed]);
}

function withCertainty(reached: Reached, isCertain: boolean): Reached {
  return isCertain ? reached : { ...reached, mayBeAbsent: true };
}

/** What the place itself is, at the end of the path; nothing when it can only be a list. */
function atEnd(place: Place): Reached | undefined {
  const isValue = (['string', 'number', 'boolean', 'null'] as const).some(type => placeCanBe(place, type));
  const isObject = placeCanBe(place, 'object');
  if (!isValue && !isObject) return undefined;
  const values = isValue ? [place] : [];
  return { values, mayBeAbsent: isObject, isDeclared: true, members: isObject ? memberNames(place) : [] };
}

function atMember(place: Place, way: Way): Reached | undefined {
  const isOther = (['string', 'number', 'boolean', 'null'] as const).some(type => placeCanBe(place, type));
  if (!placeCanBe(place, 'object')) return isOther ? unknownAt(way, []) : undefined;
  const name = way.path[way.index] ?? '';
  const member = memberOf(place, name);
  if (!member.isDeclared) return unknownAt(way, memberNames(place));
  const next = { ...way, index: way.index + 1, lists: 0 };
  const found = together(member.places.map(each => reach(each, next)));
  const isCertain = member.isRequired && !isOther;
  return withCertainty({ ...found, isDeclared: found.isDeclared || member.places.length === 0 }, isCertain);
}

function unknownAt({ index }: Way, known: readonly string[]): Reached {
  return { ...NOWHERE, unknown: { index, known } };
}

/** What stands there in any of several ways. */
function together(ways: readonly Reached[]): Reached {
  const declared = ways.filter(({ isDeclared }) => isDeclared);
  const unknowns = ways.flatMap(({ unknown }) => unknown ?? []);
  const index = Math.max(...unknowns.map(unknown => unknown.index));
  const known = unknowns.filter(unknown => unknown.index === index).flatMap(unknown => unknown.known);
  return {
    values: ways.flatMap(({ values }) => values),
    mayBeAbsent: ways.length === 0 || ways.some(({ mayBeAbsent }) => mayBeAbsent),
    isDeclared: declared.length > 0,
    members: [...new Set(ways.flatMap(({ members }) => members))],
    ...(unknowns.length > 0 && declared.length === 0 && { unknown: { index, known: [...new Set(known)] } }),
  };
}
