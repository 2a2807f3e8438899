import { allConsumers, type Catalogue, type CatalogueEvent, type ConsumerEntry } from '../catalogue.ts';
import { jointLineage } from '../lineage/lineage.ts';
import { consumerAnchor, eventPage, nodeAddresses } from './addresses.ts';
import { frame, type Site } from './frame.ts';
import { lineageSvg } from './lineage-svg.ts';
import { html, type Markup } from './markup.ts';

/** The first page: every type with who makes and who consumes it, how everything is connected, and who consumes what. */
export function indexPage(catalogue: Catalogue, site: Site): string {
  const domains = [...new Set(catalogue.events.map(({ domain }) => domain))];
  const consumers = allConsumers(catalogue);
  return frame(
    { title: 'Millrace event catalogue', root: '', site },
    html`<p class="lead">${count(catalogue.events.length, 'event type')} in ${count(domains.length, 'domain')}, ${count(consumers.length, 'consumer')}. Each type has a page with who makes it, who consumes it and a sample to paste.</p>
${domains.map(domain => domainSection(domain, catalogue))}
<section class="panel" id="consumers"><h2>Consumers <small>who acts on what</small></h2>
<div class="wide"><table class="rows"><thead><tr><th>consumer</th><th>what it does</th><th>events</th></tr></thead><tbody>
${consumers.map(consumerRow)}</tbody></table></div></section>`,
  );
}

function domainSection(domain: string, catalogue: Catalogue): Markup {
  const { events, wiring } = catalogue;
  const own = events.filter(event => event.domain === domain);
  const ordered = [...own.filter(({ isIngested }) => isIngested), ...own.filter(({ isIngested }) => !isIngested)];
  return html`<section class="panel" id="domain-${domain}"><h2>${domain} <small>${count(own.length, 'event type')}</small></h2>
${lineageSvg(jointLineage(own, wiring), { label: `How the events of ${domain} go`, addressOf: nodeAddresses(catalogue, '') })}
<table class="rows events"><thead><tr><th>event</th><th>what it says</th><th>made by</th><th>consumed by</th><th>version</th></tr></thead><tbody>
${ordered.map(eventRow)}</tbody></table></section>`;
}

function eventRow(event: CatalogueEvent): Markup {
  return html`<tr>
<td data-label="event"><a class="title" href="${eventPage(event.type)}">${event.title}</a><code>${event.type}</code></td>
<td data-label="what it says">${event.description}</td>
<td data-label="made by">${producerChips(event)}</td>
<td data-label="consumed by">${consumerChips(event)}</td>
<td data-label="version">${event.version}<br><span class="quiet">${event.owner}</span></td>
</tr>
`;
}

function producerChips({ way, isIngested }: CatalogueEvent): readonly Markup[] {
  if (isIngested)
    return way.producers.map(({ triggers }) => chip(`you: ${triggers.map(({ name }) => name).join(', ')}`));
  return way.producers.map(({ part }) => chip(part.name));
}

function consumerChips({ way }: CatalogueEvent): Markup | readonly Markup[] {
  const chips = way.consumers.map(({ part, source }) =>
    part
      ? html`<a class="chip" href="#${consumerAnchor(part.name)}">${part.name}</a> `
      : html`<span class="chip waiting">queue ${source.name}</span> `,
  );
  return chips.length > 0 ? chips : html`<span class="quiet">nobody yet</span>`;
}

function chip(text: string): Markup {
  return html`<span class="chip">${text}</span> `;
}

function consumerRow({ part, events }: ConsumerEntry): Markup {
  return html`<tr id="${consumerAnchor(part.name)}"><td data-label="consumer"><strong>${part.name}</strong></td><td data-label="what it does">${part.description}</td><td data-label="events">${events.map(event => html`<a class="chip" href="${eventPage(event.type)}">${event.title}</a> `)}</td></tr>
`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
