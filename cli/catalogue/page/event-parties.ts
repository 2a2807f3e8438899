import type { CatalogueEvent } from '../catalogue.ts';
import type { Consumer, Producer } from '../flow/event-way.ts';
import { patternConditions } from '../flow/rule-match.ts';
import type { Part } from '../wiring/part.ts';
import { consumerAnchor } from './addresses.ts';
import { html, type Markup } from './markup.ts';

/** Who acts on the events of a type, and what may come of it. */
export function consumersSection({ way }: CatalogueEvent, linkTo: (type: string) => Markup): Markup {
  const list = html`<ul class="parties">
${way.consumers.map(consumerItem)}</ul>`;
  const nobody = html`<p class="none">Nobody yet. A rule on the bus and a queue are one line of code: see the guide to event rules.</p>`;
  return html`<section class="panel" id="consumers"><h2>Consumed by</h2>${way.consumers.length > 0 ? list : nobody}${
    way.leadsTo.length > 0 && html`<p class="leads">May lead to ${way.leadsTo.map(linkTo)}</p>`
  }</section>`;
}

function consumerItem(consumer: Consumer): Markup {
  const { part, rule, source } = consumer;
  const conditions = patternConditions(rule?.properties.EventPattern);
  const way = rule
    ? html`by rule ${rule.name}${source.kind === 'queue' && html` → queue ${source.name}`}`
    : html`reads ${source.kind} ${source.name}`;
  const only = conditions.length > 0 && html`<br>only if <code>${conditions.join(' and ')}</code>`;
  const results = resultWords(consumer);
  if (!part) {
    return html`<li class="waiting"><strong>nobody yet</strong> ${rule?.description}<br><span class="quiet">waits in queue ${source.name}, by rule ${rule?.name}${only}</span></li>
`;
  }
  return html`<li><a href="../index.html#${consumerAnchor(part.name)}"><strong>${part.name}</strong></a> ${part.description}<br><span class="quiet">${way}${only}${results !== '' && html`<br>${results}`}</span></li>
`;
}

function resultWords({ writes, starts, routes }: Consumer): string {
  return [
    ...(writes.length > 0 ? [`keeps ${names(writes)}`] : []),
    ...(starts.length > 0 ? [`starts ${names(starts)}`] : []),
    ...(routes.length > 0 ? [`answered by ${names(routes)}`] : []),
  ].join(', ');
}

/** Who makes the events of a type, or lets them in. */
export function producersSection({ way, isIngested }: CatalogueEvent): Markup {
  return html`<section class="panel" id="producers"><h2>Made by</h2><ul class="parties">
${way.producers.map(producer => (isIngested ? doorItem(producer) : makerItem(producer)))}</ul></section>`;
}

function doorItem({ part, triggers }: Producer): Markup {
  return html`<li><strong>You, and everybody who calls ${names(triggers)}</strong> ${part.description}<br><span class="quiet">by ${part.name}</span></li>
`;
}

function makerItem({ part, triggers }: Producer): Markup {
  const description = part.description ?? (part.kind === 'workflow' ? 'A workflow of Step Functions' : '');
  return html`<li><strong>${part.name}</strong> ${description}<br><span class="quiet">set to work by ${triggers.map(triggerName).join(', ')}</span></li>
`;
}

function triggerName({ kind, name, properties }: Part): string {
  if (kind === 'route') return name;
  return kind === 'schedule' ? `schedule ${String(properties.ScheduleExpression)}` : `${kind} ${name}`;
}

function names(parts: readonly Part[]): string {
  return parts.map(({ name }) => name).join(' and ');
}
