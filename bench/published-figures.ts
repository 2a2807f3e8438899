import figures from './published-figures.json' with { type: 'json' };

/** What the makers of a system that cannot run here say about it: their machine, their words, never ours. */
export interface PublishedFigure {
  readonly system: string;
  readonly what: string;
  readonly figure: string;
  readonly conditions: string;
  /** Our benches whose names begin so measure something alike. */
  readonly beside: string;
  readonly source: string;
  /** When it was said, as far as that can be told, and when it was read. */
  readonly asOf: string;
}

const SECTION = `## Published figures

Of systems that cannot run here, as their makers give them: other machines, other work, other days. They say in which order
of magnitude to look, and are not to be compared digit by digit.`;

export const publishedFigures: readonly PublishedFigure[] = figures;

/** The section of the page, in lines. */
export function publishedSection(published: readonly PublishedFigure[]): readonly string[] {
  return [
    SECTION,
    '',
    '| system | what | published figure | measured on | beside our | source |',
    '|---|---|---|---|---|---|',
    ...published.map(
      ({ system, what, figure, conditions, beside, source, asOf }) =>
        `| ${system} | ${what} | ${figure} | ${conditions} | ${beside} | [${asOf}](${source}) |`,
    ),
  ];
}
