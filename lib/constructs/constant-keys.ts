/**
 * Writes constants out where the schemas of SDK clients use them as computed keys: `{ [_h]: … }` with `_h = "http"` becomes
 * `{ ["http"]: … }`. The meaning is the same, but only now a bundler can see that making such an object has no effects, and
 * leave out the schemas of operations that nobody calls: 60 KB of a function that puts objects into S3.
 *
 * The bundler's own comments say which part of a bundle comes from which file; nothing but generated schema files, which hold
 * constants and literals only, is touched. A line stays a line, so source maps keep their lines.
 */

/** Begins the part of a bundle that comes from a file: a comment that is nothing but its path. */
const PART = /^\/\/ (\S+\.[cm]?[jt]s)$/;
const SCHEMAS = /(?:^|\/)node_modules\/@aws-sdk\/[^/]+\/dist-es\/schemas\/schemas_\d+\.js$/;
const CONSTANT = /^(?:var|const) (_\w+) = ("(?:[^"\\]|\\.)*");$/;
const COMPUTED_KEY = /\[(_\w+)\]:/g;

/** The text of a bundle that is not minified yet, with constant keys written out in the SDK's schemas. */
export function writeOutConstantKeys(bundle: string): string {
  const constants = new Map<string, string>();
  let isSchemas = false;
  const lines = bundle.split('\n').map(line => {
    const file = PART.exec(line)?.[1];
    if (file !== undefined) isSchemas = SCHEMAS.test(file);
    if (!isSchemas) return line;
    const [, name, value] = CONSTANT.exec(line) ?? [];
    if (name !== undefined && value !== undefined) constants.set(name, value);
    return line.replace(COMPUTED_KEY, (key, used: string) => {
      const value = constants.get(used);
      return value === undefined ? key : `[${value}]:`;
    });
  });
  return lines.join('\n');
}
