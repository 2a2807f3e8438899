import { existsSync, readFileSync } from 'node:fs';
import Module from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runtimeError } from './error-document.mjs';

const EXTENSIONS = ['.js', '.mjs', '.cjs'];
const CALLBACK_PARAMETERS = 3;
const FIRST_RUNTIME_WITHOUT_CALLBACKS = 24;

/**
 * Finds the function that a handler string such as `index.handler` or `src/api.routes.get` names, and makes it
 * `(event, context) => Promise`. @throws errors named as Lambda names them
 */
export async function loadHandler({ folder, handler, runtime }) {
  const match = /^(.*?)([^./]+)\.([^/]+)$/.exec(handler);
  if (!match || handler.includes('..'))
    throw runtimeError('Runtime.MalformedHandlerName', `'${handler}' is not a valid handler name. Use module.function`);
  const [, path, file, exportPath] = match;
  const exported = await importModule(folder, join(path, file));
  const found = exportPath.split('.').reduce((value, name) => value?.[name], exported);
  if (found === undefined) throw runtimeError('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  if (typeof found !== 'function') throw runtimeError('Runtime.HandlerNotFound', `${handler} is not a function`);
  return found.length < CALLBACK_PARAMETERS ? found : withCallback(found, runtime);
}

async function importModule(folder, path) {
  const file = EXTENSIONS.map(extension => resolve(folder, path + extension)).find(existsSync);
  if (!file)
    throw runtimeError(
      'Runtime.ImportModuleError',
      `Error: Cannot find module '${path}'\nRequire stack:\n- ${join(folder, path)}`,
    );
  try {
    if (isCommonJs(file, folder)) return requireCommonJs(file);
    const namespace = await import(pathToFileURL(file).href);
    return namespace;
  } catch (error) {
    if (error instanceof SyntaxError) throw runtimeError('Runtime.UserCodeSyntaxError', String(error), error);
    if (error?.code === 'MODULE_NOT_FOUND' || error?.code === 'ERR_MODULE_NOT_FOUND') {
      throw runtimeError('Runtime.ImportModuleError', String(error), error);
    }
    throw error;
  }
}

/** A `.js` file is a module only when a package.json inside the bundle says so: what lies above it is not deployed. */
function isCommonJs(file, folder) {
  if (!file.endsWith('.js')) return file.endsWith('.cjs');
  const top = resolve(folder);
  for (let directory = dirname(file); directory.startsWith(top); directory = dirname(directory)) {
    const manifest = join(directory, 'package.json');
    if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, 'utf8')).type !== 'module';
  }
  return true;
}

function requireCommonJs(file) {
  const loaded = new Module(file);
  loaded.filename = file;
  loaded.paths = Module._nodeModulePaths(dirname(file));
  loaded._compile(readFileSync(file, 'utf8'), file, 'commonjs');
  return loaded.exports;
}

function withCallback(handler, runtime) {
  if (Number(/^nodejs(\d+)/.exec(runtime)?.[1]) >= FIRST_RUNTIME_WITHOUT_CALLBACKS) {
    throw runtimeError(
      'Runtime.CallbackHandlerDeprecated',
      'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.',
    );
  }
  return (event, context) =>
    new Promise((settle, reject) => {
      const answered = handler(event, context, (error, result) =>
        error === null || error === undefined ? settle(result) : reject(error),
      );
      if (typeof answered?.then === 'function') answered.then(settle, reject);
    });
}
