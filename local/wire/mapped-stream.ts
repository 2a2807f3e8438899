/**
 * The items of `source`, each put through `map`. Unlike a generator it passes `return` on at once, also while an item is
 * awaited: a source that ends itself then lets go of whoever waits.
 */
export function mappedStream<From, To>(
  source: AsyncIterable<From>,
  map: (item: From) => To | Promise<To>,
): AsyncIterable<To> {
  return {
    [Symbol.asyncIterator]() {
      const items = source[Symbol.asyncIterator]();
      return {
        async next() {
          const step = await items.next();
          return step.done ? { done: true, value: undefined } : { done: false, value: await map(step.value) };
        },
        async return() {
          await items.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
