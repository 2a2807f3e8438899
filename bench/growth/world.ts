/** Something that grows: its cost per unit of work, and its memory per unit of size, should not. */
export interface World {
  /** Does some work in it. @returns how many units of work it was */
  visit(): number | Promise<number>;
  /** What it takes, bytes. @default what its making adds to the heap */
  readonly bytes?: () => Promise<number>;
}

export interface Grower {
  readonly name: string;
  /** What grows, and what is done with it. */
  readonly says: string;
  /** The size that is multiplied. */
  readonly base: number;
  open(): Promise<OpenGrower>;
}

export interface OpenGrower {
  /** A world of that size, beside those that were made before. */
  grow(size: number): World | Promise<World>;
  close(): Promise<void>;
}
