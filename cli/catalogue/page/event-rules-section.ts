import type { CatalogueEvent, Sample } from '../catalogue.ts';
import { patternConditions, type RuleVerdict } from '../flow/rule-match.ts';
import type { Part } from '../wiring/part.ts';
import { compactJson } from './compact-json.ts';
import { html, type Markup } from './markup.ts';

/** The rules of the bus that let events of the type through, with their patterns. */
export function rulesSection({ way, samples, isIngested }: CatalogueEvent): Markup | undefined {
  if (isIngested) return undefined;
  const rules = new Map(way.consumers.flatMap(({ rule }) => (rule ? [[rule.id, rule] as const] : [])));
  if (rules.size === 0) {
    return html`<section class="panel" id="rules"><h2>Rules</h2><p class="none">No rule of the bus lets it through: it is archived, and nobody receives it.</p></section>`;
  }
  return html`<section class="panel" id="rules"><h2>Rules <small>that let it through</small></h2>
${[...rules.values()].map(rule => ruleMarkup(rule, samples))}</section>`;
}

function ruleMarkup(rule: Part, samples: readonly Sample[]): Markup {
  const conditions = patternConditions(rule.properties.EventPattern);
  return html`<div class="rule"><div><h3>${rule.name}</h3><p>${rule.description}</p>
<p class="quiet">${conditions.length > 0 ? html`only if <code>${conditions.join(' and ')}</code>` : 'every event of the type'}</p>
<ul class="verdicts">${samples.map((sample, index) => verdictItem(index + 1, sample.verdicts.get(rule.id)))}</ul></div>
<pre tabindex="0"><code>${compactJson(rule.properties.EventPattern)}</code></pre></div>`;
}

function verdictItem(number: number, verdict: RuleVerdict | undefined): Markup {
  if (verdict?.matches) return html`<li class="yes">sample ${number} goes through</li>`;
  return html`<li class="no">sample ${number} does not: ${verdict?.reasons.join(', ')}</li>`;
}
