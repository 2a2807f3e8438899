/**
 * Leaves nothing of the `package.json` of SDK clients but the version, which is all that they read of it: two kilobytes less
 * for each client of a function.
 *
 * Like the constant keys this works on the text of a bundle that is not minified yet, by the bundler's own comments. A line
 * stays a line, so source maps keep their lines.
 */

/** Begins the part of a bundle that comes from a file. */
const PART = /^\/\/ (\S+\.(?:[cm]?[jt]s|json))$/;
const PACKAGE = /(?:^|\/)node_modules\/@aws-sdk\/[^/]+\/package\.json$/;
const OBJECT_BEGINS = /^(?:var|const) \w+ = \{$/;
const OBJECT_ENDS = '};';
const VERSION = /^ {2}version: "[^"]*",?$/;

/** The text of a bundle with only the versions of the SDK's packages. */
export function keepPackageVersions(bundle: string): string {
  let isPackage = false;
  let isInside = false;
  const lines = bundle.split('\n').map(line => {
    const file = PART.exec(line)?.[1];
    if (file !== undefined) isPackage = PACKAGE.test(file);
    if (line === OBJECT_ENDS) isInside = false;
    const isKept = !isInside || VERSION.test(line);
    if (isPackage && OBJECT_BEGINS.test(line)) isInside = true;
    return isKept ? line : '';
  });
  return lines.join('\n');
}
