/** New identities and the randomness of back-offs. */
export interface Ids {
  /** A new ULID. */
  ulid(): string;
  /** A number in [0, 1). */
  random(): number;
}
