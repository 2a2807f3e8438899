/** Fn::Select, Fn::Length, Fn::GetAZs, Fn::Cidr: working on lists. */
import { isUnknown, UNKNOWN } from '../unknown.ts';
import { type Intrinsic, toText } from './intrinsic.ts';

const ADDRESS_BITS = 32;
const LARGEST_CIDR_COUNT = 256;

export const select: Intrinsic = (argument, place) => {
  const [at, source] = Array.isArray(argument) ? argument : [];
  const index = place.evaluate(at, 0);
  const list = place.evaluate(source, 1);
  if (isUnknown(list) || isUnknown(index)) return UNKNOWN;
  if (!Array.isArray(list)) return place.fail('Fn::Select takes an index and a list');
  const position = Number(toText(index) ?? Number.NaN);
  if (!Number.isInteger(position) || position < 0 || position >= list.length) {
    return place.fail(`Fn::Select cannot select index ${String(index)} of a list of ${list.length}`);
  }
  return list[position];
};

export const length: Intrinsic = (argument, place) => {
  const list = place.evaluate(argument);
  if (isUnknown(list)) return UNKNOWN;
  return Array.isArray(list) ? list.length : place.fail('Fn::Length takes a list');
};

/** The embedded cloud's regions have three zones. */
export const getAzs: Intrinsic = (argument, place) => {
  const region = place.evaluate(argument) || place.scope.region;
  return ['a', 'b', 'c'].map(zone => `${String(region)}${zone}`);
};

/** `[ipBlock, count, cidrBits]`, version 4 addresses only. */
export const cidr: Intrinsic = (argument, place) => {
  const parts = Array.isArray(argument) ? argument.map((part, index) => place.evaluate(part, index)) : [];
  if (parts.some(isUnknown)) return UNKNOWN;
  const [block, countText, bitsText = 8] = parts;
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(String(block));
  const count = Number(countText);
  const bits = Number(bitsText);
  const fits = match !== null && Number(match[5]) + Math.ceil(Math.log2(Math.max(1, count))) <= ADDRESS_BITS - bits;
  if (!fits || !(count >= 1 && count <= LARGEST_CIDR_COUNT) || !(bits >= 1)) {
    return place.fail(
      `Fn::Cidr cannot cut ${String(countText)} blocks of ${String(bitsText)} bits out of ${String(block)}`,
    );
  }
  const start = match.slice(1, 5).reduce((address, byte) => address * 256 + Number(byte), 0);
  return Array.from({ length: count }, (_, index) => `${dotted(start + index * 2 ** bits)}/${ADDRESS_BITS - bits}`);
};

function dotted(address: number): string {
  return [24, 16, 8, 0].map(shift => Math.floor(address / 2 ** shift) % 256).join('.');
}
