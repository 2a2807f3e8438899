import { format } from 'node:util';

const LEVEL_OF_METHOD = { log: 'INFO', info: 'INFO', debug: 'DEBUG', warn: 'WARN', error: 'ERROR', trace: 'TRACE' };

/**
 * Sends what a handler prints to the host, one message per log event, so that lines cannot be overtaken by the result.
 * `console` methods get Lambda's prefix (or JSON object); what is written to stdout and stderr directly passes as it is.
 */
export function captureOutput({ logFormat, emit }) {
  let requestId;

  const logEvent = (level, message) => {
    const timestamp = new Date().toISOString();
    if (logFormat !== 'JSON') return emit(`${timestamp}\t${requestId}\t${level}\t${message}`);
    emit(JSON.stringify({ timestamp, level, ...(requestId === undefined ? {} : { requestId }), message }));
  };

  for (const [method, level] of Object.entries(LEVEL_OF_METHOD)) {
    console[method] = (...values) => logEvent(level, formatted(values, logFormat));
  }
  passLines(process.stdout, emit);
  passLines(process.stderr, emit);

  return {
    setRequestId(id) {
      requestId = id;
    },
    logError(label, { errorType, errorMessage, trace }) {
      logEvent('ERROR', `${label} \t${JSON.stringify({ errorType, errorMessage, stack: trace })}`);
    },
  };
}

function formatted(values, logFormat) {
  const [only] = values;
  if (logFormat === 'JSON' && values.length === 1 && typeof only === 'object' && !(only instanceof Error)) return only;
  return format(...values);
}

/** Replaces the stream's `write`: whole lines go out at once, the rest waits for its end. */
function passLines(stream, emit) {
  let rest = '';
  stream.write = (chunk, encoding, callback) => {
    const lines = (rest + (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'))).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') emit(line);
    const done = typeof encoding === 'function' ? encoding : callback;
    if (done) queueMicrotask(done);
    return true;
  };
}
