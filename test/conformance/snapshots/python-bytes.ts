/** The recorder's client reads blobs as bytes, and the recorder wrote them down as Python spells them: `b'\x90'`. */
const NAMED: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 13: '\\r', 92: '\\\\' };

export function pythonBytes(base64: unknown): string {
  const bytes = [...Buffer.from(String(base64), 'base64')];
  const quote = bytes.includes(39) && !bytes.includes(34) ? '"' : "'";
  const shown = bytes.map(byte => {
    const named = NAMED[byte];
    if (named !== undefined) return named;
    if (byte === 39 && quote === "'") return "\\'";
    return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  });
  return `b${quote}${shown.join('')}${quote}`;
}
