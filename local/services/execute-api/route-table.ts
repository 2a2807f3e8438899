import type { HttpRoute } from './http-api.ts';

export interface RouteMatch {
  readonly route: HttpRoute;
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
}

interface Pattern {
  readonly route: HttpRoute;
  readonly method: string;
  readonly segments: readonly string[];
  /** The last segment takes the rest of the path. */
  readonly greedy: boolean;
}

/**
 * Finds the route of a request. The most specific one wins: a full match before a greedy one before `$default`, fixed
 * segments before parameters, a method before `ANY`.
 */
export class RouteTable {
  /** `METHOD /path` of routes without parameters: the way that most requests take. */
  readonly #exact = new Map<string, HttpRoute>();
  readonly #patterns: Pattern[] = [];
  #default: HttpRoute | undefined;

  constructor(routes: Iterable<HttpRoute>) {
    for (const route of routes) this.#add(route);
    this.#patterns.sort(bySpecificity);
  }

  /** `path` is undecoded and begins with a slash. */
  match(method: string, path: string): RouteMatch | undefined {
    const exact = this.#exact.get(`${method} ${path}`) ?? this.#exact.get(`ANY ${path}`);
    if (exact) return { route: exact, pathParameters: undefined };
    const segments = path.split('/').slice(1);
    for (const pattern of this.#patterns) {
      const pathParameters = matchPattern(pattern, method, segments);
      if (pathParameters) return { route: pattern.route, pathParameters };
    }
    return this.#default && { route: this.#default, pathParameters: undefined };
  }

  #add(route: HttpRoute): void {
    if (route.routeKey === '$default') {
      this.#default = route;
      return;
    }
    const [method = '', path = ''] = route.routeKey.split(' ');
    if (!path.includes('{')) {
      this.#exact.set(route.routeKey, route);
      return;
    }
    const segments = path.split('/').slice(1);
    this.#patterns.push({ route, method, segments, greedy: segments.at(-1)?.endsWith('+}') ?? false });
  }
}

function matchPattern(
  pattern: Pattern,
  method: string,
  segments: readonly string[],
): Record<string, string> | undefined {
  if (pattern.method !== 'ANY' && pattern.method !== method) return undefined;
  const { length } = pattern.segments;
  if (pattern.greedy ? segments.length < length : segments.length !== length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, expected] of pattern.segments.entries()) {
    const actual = segments[index] ?? '';
    if (!expected.startsWith('{')) {
      if (expected !== actual) return undefined;
    } else if (expected.endsWith('+}')) {
      parameters[expected.slice(1, -2)] = decode(segments.slice(index).join('/'));
    } else {
      if (actual === '') return undefined;
      parameters[expected.slice(1, -1)] = decode(actual);
    }
  }
  return parameters;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function bySpecificity(a: Pattern, b: Pattern): number {
  if (a.greedy !== b.greedy) return a.greedy ? 1 : -1;
  const length = b.segments.length - a.segments.length;
  if (a.greedy && length !== 0) return length;
  for (const [index, segment] of a.segments.entries()) {
    const difference = Number(segment.startsWith('{')) - Number(b.segments[index]?.startsWith('{') ?? false);
    if (difference !== 0) return difference;
  }
  return Number(a.method === 'ANY') - Number(b.method === 'ANY');
}
