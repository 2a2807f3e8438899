/**
 * Takes the SDK's own hashes for granted to be Node's: it brings each of them in JavaScript too, for machines without
 * `node:crypto`, and Lambda's are none. Up to eight kilobytes less for each function.
 *
 * Like the constant keys this works on the text of a bundle that is not minified yet, by the bundler's own comments.
 */

const PART = /^\/\/ (\S+\.[cm]?[jt]s)$/;
const HASHES = /(?:^|\/)node_modules\/@(?:smithy|aws-sdk)\/\S+\/(?:Md5|Sha1|Sha256)Node\.js$/;
const CHOICE = /= hasNativeCrypto\d* \? (buildNativeClass\d*)\(\) : \w+;$/;

/** The text of a bundle in which hashes are Node's, whatever the machine. */
export function useNativeHashes(bundle: string): string {
  let isHash = false;
  const lines = bundle.split('\n').map(line => {
    const file = PART.exec(line)?.[1];
    if (file !== undefined) isHash = HASHES.test(file);
    return isHash ? line.replace(CHOICE, '= $1();') : line;
  });
  return lines.join('\n');
}
