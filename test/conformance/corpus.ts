import type { CaseVerdict } from './verdict.ts';

/** One question with the answer that the judge gave to it. */
export interface ConformanceCase {
  readonly id: string;
  /** What it is about, where a corpus is about several things: reported by itself. */
  readonly group?: string | undefined;
  /** Asks the embedded cloud. A throw counts as a failure, with the error as what was actual. */
  judge(): Promise<CaseVerdict> | CaseVerdict;
}

/** The cases of a corpus, and what has to end when they have been judged. */
export interface OpenCorpus {
  readonly cases: readonly ConformanceCase[];
  close?(): Promise<void>;
}

/** A collection of cases that was recorded or written elsewhere, in one file (or folder) of the oracles. */
export interface Corpus {
  /** The file's name without its ending. */
  readonly name: string;
  /** Who gave the answers, for the page of what is supported. */
  readonly source: string;
  /** Relative to the folder of the oracles. */
  readonly fileName: string;
  /** @param directory the folder of the oracles, in which the file is */
  open(directory: string): Promise<OpenCorpus>;
}
