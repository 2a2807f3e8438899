/** Makes a value at the first call and keeps it: nothing is read or connected while a handler is being loaded. */
export function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
