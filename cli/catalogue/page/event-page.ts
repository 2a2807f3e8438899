import type { FieldChange } from '../../schemas/diff.ts';
import type { Catalogue, CatalogueEvent } from '../catalogue.ts';
import type { EventVersion } from '../event/event-versions.ts';
import { eventLineage } from '../lineage/lineage.ts';
import { eventPage, nodeAddresses } from './addresses.ts';
import { fieldsSection } from './event-fields-section.ts';
import { consumersSection, producersSection } from './event-parties.ts';
import { rulesSection } from './event-rules-section.ts';
import { samplesSection } from './event-samples-section.ts';
import { frame, type Site } from './frame.ts';
import { lineageSvg } from './lineage-svg.ts';
import { html, type Markup } from './markup.ts';

const ROOT = '../';

/** The page of one type: first who makes and consumes it and how it goes, then a sample, then the fine print. */
export function eventPageText(event: CatalogueEvent, catalogue: Catalogue, site: Site): string {
  const { wiring, events } = catalogue;
  const lineage = lineageSvg(eventLineage(event, wiring), {
    label: `The way of ${event.type}, from left to right`,
    addressOf: nodeAddresses(catalogue, ROOT),
  });
  const linkTo = (type: string) => eventLink(type, events);
  return frame(
    { title: `${event.title} · Millrace event catalogue`, root: ROOT, site },
    html`${headline(event)}
<div class="columns">${consumersSection(event, linkTo)}${producersSection(event)}</div>
<section class="panel" id="lineage"><h2>Lineage <small>from left to right</small></h2>${lineage}</section>
${samplesSection(event, site)}
${fieldsSection(event)}
${rulesSection(event)}
<div class="columns">${retentionSection(event)}${versionsSection(event, linkTo)}</div>
<section class="panel" id="schema"><details><summary>JSON Schema</summary><pre><code>${JSON.stringify(event.schema, undefined, 2)}</code></pre></details></section>`,
  );
}

function headline(event: CatalogueEvent): Markup {
  const sections = ['consumers', 'lineage', 'sample', 'fields', 'rules', 'kept', 'versions'].filter(
    section => section !== 'rules' || !event.isIngested,
  );
  const classes = ['personal', 'sensitive'].filter(name => event.fields.some(field => field.classification === name));
  const origin = event.isIngested ? 'comes in from producers' : 'fact, made by the platform';
  return html`<p class="path"><a href="${ROOT}index.html">All events</a> / <a href="${ROOT}index.html#domain-${event.domain}">${event.domain}</a></p>
<h1>${event.title}</h1>
<p class="type"><code id="type">${event.type}</code><button type="button" class="copy" data-copy="type">copy</button></p>
<p class="lead">${event.description}</p>
<p class="pills">${[`version ${event.version}`, event.owner, origin].map(text => html`<span class="pill">${text}</span>`)}${classes.map(name => html`<span class="pill ${name}">${name} data</span>`)}</p>
<nav class="sections" aria-label="On this page">${sections.map(id => html`<a href="#${id}">${id}</a> `)}</nav>`;
}

function eventLink(type: string, events: readonly CatalogueEvent[]): Markup {
  const title = events.find(event => event.type === type)?.title ?? type;
  return html`<a class="chip" href="${ROOT}${eventPage(type)}">${title}</a> `;
}

function retentionSection({ retention }: CatalogueEvent): Markup {
  return html`<section class="panel" id="kept"><h2>How long it is kept</h2><table class="plain"><tbody>
${retention.map(({ where, what, kept }) => html`<tr><td><strong>${kept}</strong></td><td>${where}<br><span class="quiet">${what}</span></td></tr>`)}
</tbody></table></section>`;
}

function versionsSection({ versions, otherMajors }: CatalogueEvent, linkTo: (type: string) => Markup): Markup {
  return html`<section class="panel" id="versions"><h2>Versions</h2><ol class="versions">
${versions.map(versionItem)}</ol>${otherMajors.length > 0 && html`<p>Other major versions: ${otherMajors.map(linkTo)}</p>`}</section>`;
}

function versionItem({ version, changes, isFirst }: EventVersion): Markup {
  const note = isFirst ? 'the first' : changes.length === 0 ? 'words only' : '';
  return html`<li><strong>${version}</strong> <span class="quiet">${note}</span><ul>${changes.map(changeItem)}</ul></li>
`;
}

function changeItem({ field, before, after }: FieldChange): Markup {
  const kind = after === undefined ? 'gone' : before === undefined ? 'new' : 'changed';
  const words = kind === 'gone' ? 'gone' : kind === 'new' ? `new, ${after}` : `${before} → ${after}`;
  return html`<li class="${kind}"><code>${field.replace(/^data\./, '')}</code> <span class="quiet">${words}</span></li>`;
}
