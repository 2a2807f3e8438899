import type { CatalogueEvent, Sample } from '../catalogue.ts';
import type { Site } from './frame.ts';
import { html, type Markup } from './markup.ts';
import { sendLine } from './send-line.ts';

/** Whole events to paste, each with a line that sends it and the rules that let it through. */
export function samplesSection(event: CatalogueEvent, site: Site): Markup {
  return html`<section class="panel" id="sample"><h2>Sample <small>a whole CloudEvent</small></h2>
${event.samples.map((sample, index) => sampleMarkup(event, { sample, index, site }))}</section>`;
}

interface SampleOptions {
  readonly sample: Sample;
  readonly index: number;
  readonly site: Site;
}

function sampleMarkup(event: CatalogueEvent, { sample, index, site }: SampleOptions): Markup {
  const send = sendLine(event, sample, site);
  const content = html`<div class="sample">
${block(`sample-${index}`, JSON.stringify(sample.event, undefined, 2), sample)}
<div>${send && html`<p>${send.words}</p>${block(`send-${index}`, send.line, sample)}`}${goesTo(event, sample)}</div></div>`;
  if (index === 0) return content;
  return html`<details><summary>Sample ${index + 1}</summary>${content}</details>`;
}

function goesTo({ way, isIngested }: CatalogueEvent, { verdicts }: Sample): Markup | false {
  if (isIngested) return false;
  const reached = way.consumers.filter(({ rule }) => rule && verdicts.get(rule.id)?.matches);
  const words = reached.map(({ part, source }) => part?.name ?? `queue ${source.name}`).join(', ');
  return html`<p class="quiet">This one goes to: ${words === '' ? 'nobody' : words}</p>`;
}

/** The page's script gives what is shown an id and a time of its own, so that each copy is an event of its own. */
function block(id: string, text: string, { event }: Sample): Markup {
  return html`<div class="block"><button type="button" class="copy" data-copy="${id}">copy</button><pre tabindex="0"><code id="${id}" data-event-id="${event.id}" data-event-time="${event.time}">${text}</code></pre></div>`;
}
