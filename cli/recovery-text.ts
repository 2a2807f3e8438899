import type { Recovered } from './platform.ts';

/** What was found in the data folder, for a person. */
export function describeRecovery({
  folder,
  records,
  sizeBytes,
  unfinishedBytes,
  sinceMs,
  resources,
}: Recovered): string {
  const parts = Object.entries(records).filter(([name]) => !name.startsWith('cloud/'));
  if (parts.length === 0) return `Data is kept in ${folder}, which is new`;
  const total = parts.reduce((sum, [, count]) => sum + count, 0);
  const shown = parts.map(([name, count]) => `${name} ${count}`).join(', ');
  const lines = [
    `Recovered ${total} records (${(sizeBytes / 1_000_000).toFixed(1)} MB, since ${new Date(sinceMs).toISOString()}) from ${folder}: ${shown}`,
    unfinishedBytes > 0
      ? `Dropped a write of ${unfinishedBytes} bytes that was cut off before anybody was told of it`
      : undefined,
    `${resources.taken} resources taken as they were`,
    listed('changed', resources.changed),
    listed('removed', resources.removed),
    listed('no longer in the template, but kept with their data', resources.left),
  ];
  return lines.filter(line => line !== undefined).join('\n');
}

function listed(what: string, names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : `${names.length} ${what}: ${names.join(', ')}`;
}
