import type { Platform } from '../../cli/platform.ts';

interface Page {
  readonly events: readonly { readonly message: string }[];
  readonly nextToken?: string;
}

const PAGE = 10_000;

/**
 * From acceptance to the effect on the read model, of each event that took effect between two times, ms, ascending: what the
 * session profile wrote into its log, as CloudWatch keeps whole minutes apart and no shorter times.
 */
export async function effectLatencies(
  { aws, stage }: Platform,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<readonly number[]> {
  const latencies: number[] = [];
  let nextToken: string | undefined;
  do {
    const page: Page = await aws<Page>('logs', 'FilterLogEvents', {
      logGroupName: `/aws/lambda/millrace-${stage}-session-profile`,
      startTime: fromMs,
      endTime: toMs,
      limit: PAGE,
      ...(nextToken !== undefined && { nextToken }),
    });
    for (const { message } of page.events) latencies.push(...latenciesIn(message));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return latencies.sort((a, b) => a - b);
}

function latenciesIn(line: string): readonly number[] {
  if (!line.includes('"EffectLatency"')) return [];
  const { EffectLatency: values = [] }: { EffectLatency?: number | number[] } = JSON.parse(line);
  return [values].flat();
}
