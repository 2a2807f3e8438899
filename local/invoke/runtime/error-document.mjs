/** An error of the runtime itself, known by its type (`Runtime.HandlerNotFound`). */
export function runtimeError(type, message, cause) {
  const error = new Error(message, cause === undefined ? undefined : { cause });
  error.name = type;
  error.stack = `${type}: ${message}${stackFrames(cause ?? error)}`;
  return error;
}

/** What Lambda answers for a thrown value; anything can be thrown. */
export function errorDocument(thrown) {
  if (thrown instanceof Error) {
    return {
      errorType: String(thrown.name),
      errorMessage: String(thrown.message),
      trace: String(thrown.stack ?? '').split('\n'),
    };
  }
  return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
}

function stackFrames(error) {
  const stack = error instanceof Error ? String(error.stack ?? '') : '';
  const frames = stack.indexOf('\n    at ');
  return frames < 0 ? '' : stack.slice(frames);
}
