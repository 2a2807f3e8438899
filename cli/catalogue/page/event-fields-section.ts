import type { CatalogueEvent } from '../catalogue.ts';
import type { EventField } from '../event/event-fields.ts';
import { html, type Markup } from './markup.ts';

/** Every field of the data, with its type, its meaning, how private it is, and values. */
export function fieldsSection({ fields, reads }: CatalogueEvent): Markup {
  return html`<section class="panel" id="fields"><h2>Fields <small>of <code>data</code>; more may be there, and readers leave alone what they do not know</small></h2>
<table class="rows fields"><thead><tr><th>field</th><th>type</th><th>what it means</th><th>class</th><th>read by</th><th>examples</th></tr></thead><tbody>
${fields.map(field => fieldRow(field, readersOf(field, reads)))}</tbody></table></section>`;
}

/** Who says that it reads a field, or something that it is part of. */
function readersOf({ path }: EventField, reads: CatalogueEvent['reads']): readonly string[] {
  const field = `data.${path}`;
  const isRead = (read: string) => read === field || field.startsWith(`${read}.`) || field.startsWith(`${read}[]`);
  return [...reads].filter(([, fields]) => fields.some(isRead)).map(([name]) => name);
}

function fieldRow(field: EventField, readers: readonly string[]): Markup {
  const { path, depth, type, rules, required, description, classification, examples } = field;
  const cut = path.lastIndexOf('.', path.length - 1) + 1;
  return html`<tr id="field-${path}"><td data-label="field" class="depth-${Math.min(depth, 4)}"><code><span class="quiet">${path.slice(0, cut)}</span>${path.slice(cut)}</code>${required && html` <span class="must" title="must be there">required</span>`}</td>
<td data-label="type">${type}${rules.map(rule => html`<br><span class="quiet">${rule}</span>`)}</td>
<td data-label="what it means">${description}</td>
<td data-label="class">${classification !== undefined && html`<span class="class ${classification}">${classification}</span>`}</td>
<td data-label="read by">${readers.map(reader => html`<span class="chip">${reader}</span> `)}</td>
<td data-label="examples">${examples.map(example => html`<code>${JSON.stringify(example)}</code> `)}</td></tr>
`;
}
