import type { IamReport } from '../local/index.ts';

/** The report for people: denied calls first, then the unused grants of each role. */
export function iamReportText({ denied, unused }: IamReport): string {
  return [...deniedLines(denied), '', ...unusedLines(unused)].join('\n');
}

function deniedLines(denied: IamReport['denied']): string[] {
  if (denied.length === 0) return ['No call was denied.'];
  const calls = denied.reduce((sum, { count }) => sum + count, 0);
  return [
    `Denied: ${counted(calls, 'call')}`,
    ...denied
      .toSorted((a, b) => b.count - a.count)
      .flatMap(({ who, action, resource, message, count }) => [
        '',
        `  ${action} on ${resource}, ${count === 1 ? 'once' : `${count} times`}`,
        `    by ${who}`,
        `    ${message}`,
      ]),
  ];
}

function unusedLines(unused: IamReport['unused']): string[] {
  if (unused.length === 0) return ['Every grant was used.'];
  const byRole = Map.groupBy(unused, ({ role }) => role);
  return [
    `Not used since the platform started: ${counted(unused.length, 'grant')} of ${counted(byRole.size, 'role')}`,
    ...[...byRole]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([role, grants]) => [
        '',
        `  ${role}`,
        ...grants.map(({ action, resources, policy, sid }) => {
          const where = sid === undefined ? policy : `${policy}, ${sid}`;
          return `    ${action} on ${resources.join(', ')}   (${where})`;
        }),
      ]),
  ];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
