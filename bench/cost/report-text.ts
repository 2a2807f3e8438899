import type { PathCost } from '../../cli/cost/path-cost.ts';
import { sum } from '../../cli/cost/path-cost.ts';
import type { PriceList } from '../../cli/cost/price-list.ts';
import alternatives from './alternatives.json' with { type: 'json' };
import type { Estimate } from './estimate.ts';
import type { CostOptions } from './options.ts';

/** The report as a person reads it. */
export function describe(estimate: Estimate, options: CostOptions, prices: PriceList): string {
  return [
    ...behaviourSection(estimate),
    ...resourceSection(estimate.behaviour),
    ...sagaSection(estimate),
    ...fixedSection(estimate),
    ...monthSection(estimate, options),
    ...whatIfSection(estimate),
    ...alternativesSection(estimate, options),
    ...priceSection(estimate, prices),
  ].join('\n');
}

function behaviourSection({ load, behaviour, provisioned, fixedUsdPerMillion }: Estimate): string[] {
  return [
    '',
    `Behaviour path, per million events at ${load.rate} events/s of ${load.eventBytes} B (${load.eventsPerRequest} per request,`,
    `one event of a visitor every ${seconds(load.visitors / load.rate)}, ${load.eventsPerVisit} events a visit, ${percent(load.purchaseShare)} of the visits buy)`,
    '',
    ...hopTable(behaviour, fixedUsdPerMillion),
    '',
    `On provisioned capacity (what a load that is always there is deployed on): ${usd(provisioned.usdPerMillion + fixedUsdPerMillion)}`,
  ];
}

function hopTable(path: PathCost, fixedUsdPerMillion: number): string[] {
  const rows = path.hops.map(({ hop, usdPerMillion, callsPerMillion }) => [
    hop,
    usd(usdPerMillion),
    whole(callsPerMillion),
  ]);
  const total = path.usdPerMillion + fixedUsdPerMillion;
  return table(
    ['hop', '$', 'API calls'],
    [
      ...rows,
      ["the month's fixed costs", usd(fixedUsdPerMillion), ''],
      ['together', usd(total), whole(path.callsPerMillion)],
    ],
  );
}

function resourceSection({ hops }: PathCost): string[] {
  const rows = hops.flatMap(({ hop, lines }) =>
    lines
      .filter(({ usd: dollars }) => dollars >= 0.00005)
      .sort((a, b) => b.usd - a.usd)
      .map(line => [hop, line.resource, line.price, quantity(line.quantity), usd(line.usd)]),
  );
  return ['', 'By resource, per million events', '', ...table(['hop', 'resource', 'price', 'quantity', '$'], rows)];
}

function sagaSection({ saga, sagaExpress }: Estimate): string[] {
  const rows = saga.hops.map(({ hop, usdPerMillion, callsPerMillion }) => [
    hop,
    usd(usdPerMillion / 1000),
    whole(callsPerMillion / 1000),
  ]);
  return [
    '',
    'Trip saga, per thousand bookings (command, saga with its steps, facts, read model; a fifth of them undone)',
    '',
    ...table(
      ['hop', '$', 'API calls'],
      [...rows, ['together', usd(saga.usdPerMillion / 1000), whole(saga.callsPerMillion / 1000)]],
    ),
    '',
    `As Express workflow: ${usd(sagaExpress.usdPerMillion / 1000)}, but Express ends after five minutes and runs at least once: no home for a saga that waits.`,
  ];
}

function fixedSection({ fixed, fixedUsdPerMonth }: Estimate): string[] {
  const rows = fixed.map(({ item, price, quantity: amount, usdPerMonth }) => [
    item,
    price,
    quantity(amount),
    usd(usdPerMonth),
  ]);
  const shown = rows.filter(([, , , dollars]) => dollars !== usd(0));
  return [
    '',
    'Fixed, per month',
    '',
    ...table(['item', 'price', 'quantity', '$'], [...shown, ['together', '', '', usd(fixedUsdPerMonth)]]),
  ];
}

function monthSection({ month, monthProvisioned }: Estimate, { shape }: CostOptions): string[] {
  const row = (name: string, { usageUsd, capacityUsd, fixedUsd, usd: all, events }: Estimate['month']) => [
    name,
    ...[usageUsd, capacityUsd, fixedUsd, all].map(dollars => whole(dollars)),
    usd((all / events) * 1e6),
  ];
  return [
    '',
    `A month at that mean rate, ${shape.name} (peak ${whole(month.peakRate)} events/s): ${whole(month.events / 1e6)} million events`,
    '',
    ...table(
      ['', 'by use $', 'capacity $', 'fixed $', 'together $', '$ per million'],
      [row('as the template says', month), row('provisioned for the peak', monthProvisioned)],
    ),
  ];
}

function whatIfSection({ whatIf }: Estimate): string[] {
  if (whatIf.length === 0) return [];
  const rows = whatIf.map(({ name, flag, usdPerMillion, differenceUsd }) => [
    name,
    usd(usdPerMillion),
    `${differenceUsd < 0 ? '−' : '+'}${usd(Math.abs(differenceUsd))}`,
    flag,
  ]);
  return [
    '',
    'What if (one thing otherwise, without fixed costs)',
    '',
    ...table(['', '$ per million', 'difference', 'to have it'], rows),
  ];
}

function alternativesSection({ behaviour, fixedUsdPerMillion }: Estimate, { eventsPerUser }: CostOptions): string[] {
  const rows = alternatives.alternatives.map(({ name, published, usdPerMillionEvents, usdPerTrackedUser, date }) => [
    name,
    usdPerMillionEvents === undefined
      ? `${usd(((usdPerTrackedUser ?? 0) / eventsPerUser) * 1e6)} at ${eventsPerUser} events a user`
      : usd(usdPerMillionEvents),
    published,
    date,
  ]);
  const own = ['this path', usd(behaviour.usdPerMillion + fixedUsdPerMillion), 'counted here', ''];
  return [
    '',
    'Beside what others publish (quoted, not measured: bench/cost/alternatives.json)',
    '',
    ...table(['', '$ per million events', 'published', 'date'], [own, ...rows]),
  ];
}

function priceSection({ region, pricesChecked }: Estimate, { prices }: PriceList): string[] {
  const unsourced = Object.entries(prices).filter(([, { note }]) => note !== undefined);
  const file = `Prices: ${region}, file of ${pricesChecked} (cli/cost/prices/${region}.json), source and date for each.`;
  if (unsourced.length === 0) return ['', file];
  const names = unsourced.map(([name]) => name).join(', ');
  return [
    '',
    file,
    `${unsourced.length} of ${Object.keys(prices).length} are unsourced, no page states their figure: ${names}.`,
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map(row => (row[column] ?? '').length)));
  const isNumber = head.map((_, column) => rows.every(row => /^[−+\d,.\s]*$/.test(row[column] ?? '')));
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, column) => (isNumber[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join('  ')}`.trimEnd();
  const rule = `  ${'─'.repeat(sum(widths) + 2 * (widths.length - 1))}`;
  return [line(head), rule, ...rows.map(line)];
}

function usd(value: number): string {
  return value.toFixed(value >= 100 ? 2 : 4);
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function quantity(value: number): string {
  return value >= 100 ? whole(value) : value.toPrecision(3);
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}

function seconds(value: number): string {
  return `${Number(value.toPrecision(3))} s`;
}
