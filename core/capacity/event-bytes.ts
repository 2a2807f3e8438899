/** What stands around the data of a record in a function's event, about: sequence number, key, times, names. */
const ENVELOPE_BYTES = 600;

/** Of a record in the event of a function, where its data is base64. */
export function bytesInEvent(sizeBytes: number): number {
  return 4 * Math.ceil(sizeBytes / 3) + ENVELOPE_BYTES;
}
