const MOST_ENTRIES = 2000;

/**
 * Remembers what expressions parse to. Clients send the same few texts over and over; one that makes new texts all the
 * time empties the cache now and then and does no other harm.
 */
export function cachedParse<Parsed>(parse: (source: string) => Parsed): (source: string) => Parsed {
  const cache = new Map<string, Parsed>();
  return source => {
    const known = cache.get(source);
    if (known !== undefined) return known;
    const parsed = parse(source);
    if (cache.size >= MOST_ENTRIES) cache.clear();
    cache.set(source, parsed);
    return parsed;
  };
}
