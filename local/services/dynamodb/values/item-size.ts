/** What items count toward the limits and the capacity units, as DynamoDB counts: UTF-8 names plus values. */
import type { AttributeValue, Item } from './attribute-value.ts';
import { numberSizeBytes } from './decimal.ts';

/** An empty list or map, and the frame of one that is not. */
const CONTAINER_SIZE_BYTES = 3;
const ELEMENT_SIZE_BYTES = 1;

export function itemSizeBytes(item: Item): number {
  let size = 0;
  for (const name in item) {
    size += textSizeBytes(name) + valueSizeBytes(item[name] as AttributeValue); // own members only: plain objects
  }
  return size;
}

export function valueSizeBytes(value: AttributeValue): number {
  if ('S' in value) return textSizeBytes(value.S);
  if ('N' in value) return numberSizeBytes(value.N);
  if ('B' in value) return binarySizeBytes(value.B);
  if ('BOOL' in value || 'NULL' in value) return 1;
  if ('SS' in value) return total(value.SS, textSizeBytes);
  if ('NS' in value) return total(value.NS, numberSizeBytes);
  if ('BS' in value) return total(value.BS, binarySizeBytes);
  if ('L' in value) {
    return CONTAINER_SIZE_BYTES + total(value.L, element => valueSizeBytes(element) + ELEMENT_SIZE_BYTES);
  }
  return CONTAINER_SIZE_BYTES + itemSizeBytes(value.M) + Object.keys(value.M).length * ELEMENT_SIZE_BYTES;
}

export function textSizeBytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

export function binarySizeBytes(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}

function total<T>(elements: readonly T[], sizeOf: (element: T) => number): number {
  let size = 0;
  for (const element of elements) size += sizeOf(element);
  return size;
}
