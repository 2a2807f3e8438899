import { describe, expect, it } from 'vitest';
import { pythonBytes } from './python-bytes.ts';

describe('pythonBytes', () => {
  it.each([
    ['', "b''"],
    ['foo bar', "b'foo bar'"],
    ["it's", `b"it's"`],
    [`"it's"`, `b'"it\\'s"'`],
    ['a\\b\n\r\t\0', "b'a\\\\b\\n\\r\\t\\x00'"],
    ['ü', "b'\\xc3\\xbc'"],
  ])('spells %j as Python does', (text, spelled) => {
    expect(pythonBytes(Buffer.from(text).toString('base64'))).toBe(spelled);
  });
});
