import { execFileSync } from 'node:child_process';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../../../cli/assembly.ts';
import { buildCatalogue, type Catalogue, readCatalogue } from '../../../../cli/catalogue/catalogue.ts';
import { eventPage, INDEX_PAGE } from '../../../../cli/catalogue/page/addresses.ts';
import { eventPageText } from '../../../../cli/catalogue/page/event-page.ts';
import type { Site } from '../../../../cli/catalogue/page/frame.ts';
import { indexPage } from '../../../../cli/catalogue/page/index-page.ts';
import { html } from '../../../../cli/catalogue/page/markup.ts';
import { searchIndex } from '../../../../cli/catalogue/page/search-index.ts';
import { sendLine } from '../../../../cli/catalogue/page/send-line.ts';
import { type CatalogueFiles, catalogueFiles } from '../../../../cli/catalogue/publish.ts';
import { behaviourEventTypes } from '../../../../domains/behaviour/events/event-types.ts';
import { attributesOf, tagsOf, textOfElement } from '../../../support/page-text.ts';
import { type ShopWords, shopSources } from '../../../support/shop-catalogue.ts';

const site: Site = { apiUrl: 'http://127.0.0.1:4700/api', awsUrl: 'http://127.0.0.1:4700' };
const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '</script><script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '<!--',
    ']]>',
    '&lt;b&gt;',
    '</style>\u2028`',
    '\ud800<a href=javascript:alert(1)>',
  ),
);

describe('html', () => {
  test('lets no text become markup, and gives it back as it was to whoever reads the page', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        const page = html`<p title="${text}" id="it">${[text]}</p>`.toString();
        expect(tagsOf(page)).toEqual(['p', '/p']);
        expect(textOfElement(page, 'it')).toBe(text.replace(/[^\P{Cc}\t\n\r]/gu, '\uFFFD'));
      }),
    );
  });

  test('writes nothing for what is absent, and markup of its own as it stands', () => {
    expect(html`<ul>${[html`<li>${1}</li>`, false, undefined]}</ul>`.toString()).toBe('<ul><li>1</li></ul>');
  });
});

describe('the pages', () => {
  test('have the same elements and attributes whatever the schemas and the template say', () => {
    const skeleton = (words: Partial<ShopWords>) => {
      const catalogue = buildCatalogue(shopSources(words));
      const pages = [
        indexPage(catalogue, site),
        ...catalogue.events.map(event => eventPageText(event, catalogue, site)),
      ];
      return pages.map(page => [tagsOf(page), attributesOf(page)]);
    };
    const plain = skeleton({ fieldName: 'field', route: 'GET /x' });
    const words = fc.record({
      title: hostileText,
      description: hostileText,
      owner: hostileText,
      fieldDescription: hostileText,
      example: hostileText,
      functionDescription: hostileText,
      ruleDescription: hostileText,
      ruleName: hostileText.filter(name => name !== ''),
      fieldName: hostileText.filter(name => name !== '' && name !== '__proto__' && !/[.[\]]/.test(name)),
      route: hostileText.map(path => `GET /${path}`),
    } satisfies Record<keyof ShopWords, unknown>);
    fc.assert(
      fc.property(words, said => {
        expect(skeleton(said)).toEqual(plain);
      }),
      { numRuns: 40 },
    );
  });

  test('give the search entries that a browser reads as they were meant', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (title, description) => {
        const globals: { catalogueEntries?: readonly { readonly name: string; readonly about: string }[] } = {};
        runInNewContext(
          `globalThis = this;${searchIndex(buildCatalogue(shopSources({ title, description })))}`,
          globals,
        );
        const found = globals.catalogueEntries?.find(({ name }) => name === title.toWellFormed() || name === title);
        expect(found?.about).toContain(description);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the catalogue of the platform', () => {
  let catalogue: Catalogue;
  let files: CatalogueFiles;
  beforeAll(async () => {
    catalogue = await readCatalogue(`${ROOT}/cdk.out`);
    files = await catalogueFiles(catalogue, site);
  });
  const page = (name: string): string => files.get(name) ?? '';

  test('says on its first page who makes and who consumes each type, and leads to the page of the type', () => {
    const index = page(INDEX_PAGE);
    for (const { type, title, way } of catalogue.events) {
      const row = index.split('<tr>').find(each => each.includes(`href="${eventPage(type)}"`)) ?? '';
      expect(row).toContain(title);
      for (const { part, source } of way.consumers) expect(row, type).toContain(part?.name ?? `queue ${source.name}`);
      expect(page(eventPage(type))).toContain(type);
    }
  });

  test('has on the page of a type its consumers with rule, queue and condition, its lineage, rules, versions and retention', () => {
    const text = page(eventPage(behaviourEventTypes.purchaseMade));
    const consumers = text.slice(text.indexOf('id="consumers"'), text.indexOf('id="producers"'));
    for (const expected of [
      'sales-projector',
      'rule purchases → queue sales-projection',
      'GET /sales',
      'large-purchases',
    ]) {
      expect(consumers).toContain(expected);
    }
    expect(consumers).toContain('data.amountMilli &gt;= 100000');
    const lineage = text.slice(text.indexOf('id="lineage"'), text.indexOf('id="sample"'));
    const boxes = [...lineage.matchAll(/class="name"[^>]*>([^<]*)</g)].map(([, name]) => name);
    expect(boxes).toEqual(
      expect.arrayContaining([
        'session-profile',
        'session-profiles',
        'purchases',
        'sales-projector',
        'daily-sales',
        'GET /sales',
      ]),
    );
    expect(text.slice(text.indexOf('id="rules"'))).toContain('sample 1 does not: data.amountMilli is 15300');
    expect(text.slice(text.indexOf('id="versions"'))).toContain(`<strong>${catalogue.events[0]?.version}</strong>`);
    expect(text.slice(text.indexOf('id="kept"'))).toContain('30 days');
    expect(text.slice(text.indexOf('id="field-day"'))).toContain('sales-projector');
  });

  test('shows every sample whole, with a line that a shell reads as the command that sends it', () => {
    const bodies: string[] = [];
    const lines: string[] = [];
    for (const event of catalogue.events) {
      event.samples.forEach((sample, index) => {
        const text = page(eventPage(event.type));
        expect(JSON.parse(textOfElement(text, `sample-${index}`))).toEqual(sample.event);
        const line = textOfElement(text, `send-${index}`);
        expect(line).toBe(sendLine(event, sample, site)?.line);
        lines.push(line.replace(/^curl /, "printf '%s\\0' "));
        bodies.push(JSON.stringify(sample.event));
      });
    }
    const words = execFileSync('sh', ['-c', lines.join('\n')], { encoding: 'utf8' }).split('\0');
    const sent = words.flatMap((word, index) => (word === '-d' ? (words[index + 1] ?? '') : []));
    expect(sent.map(eventIn)).toEqual(bodies.map(body => JSON.parse(body)));
    expect(words).toContain('http://127.0.0.1:4700/api/events');
  });

  test('quotes whatever an event holds so that a shell reads it back', () => {
    const [event] = catalogue.events;
    const [sample] = event?.samples ?? [];
    if (!event || !sample) throw new Error('Cannot find a sample');
    const texts = fc.sample(
      fc.string({ unit: 'grapheme' }).filter(text => !text.includes('\0')),
      { numRuns: 60, seed: 4 },
    );
    const lines = ["it's", '$(id) `id` "$HOME" \\', ...texts].map(text => {
      const hostile = { ...sample, event: { ...sample.event, data: { text } } };
      return { text, line: sendLine(event, hostile, site)?.line.replace(/^curl /, "printf '%s\\0' ") };
    });
    const words = execFileSync('sh', ['-c', lines.map(({ line }) => line).join('\n')], { encoding: 'utf8' }).split(
      '\0',
    );
    const sent = words.flatMap((word, index) => (word === '-d' ? JSON.parse(words[index + 1] ?? '').data.text : []));
    expect(sent).toEqual(lines.map(({ text }) => text));
  });

  test('leads nowhere that is not there, and fetches nothing from elsewhere', () => {
    for (const [name, text] of files) {
      if (!name.endsWith('.html')) continue;
      for (const [, attribute, address = ''] of text.matchAll(/\s(href|src)="([^"]*)"/g)) {
        expect(address, `${name} ${attribute}`).not.toMatch(/^([a-z]+:|\/)/);
        const [place = '', anchor] = address.split('#');
        const target = place === '' ? name : new URL(place, `x://x/${name}`).pathname.slice(1);
        expect(files.has(decodeURI(target)), `${name}: ${address}`).toBe(true);
        if (anchor) expect(page(decodeURI(target)), `${name}: ${address}`).toContain(`id="${anchor}"`);
      }
    }
    for (const name of ['catalogue.css', 'theme.css', 'catalogue.js'])
      expect(page(name)).not.toMatch(/https?:|@import|fetch\(/);
  });

  test('has an entry for every type, field and consumer in the search, and each leads to its place', () => {
    const globals: { catalogueEntries?: readonly { kind: string; name: string; address: string }[] } = {};
    runInNewContext(`globalThis = this;${page('search-index.js')}`, globals);
    const entries = globals.catalogueEntries ?? [];
    const names = (kind: string) => entries.filter(entry => entry.kind === kind).map(({ name }) => name);
    expect(names('event').toSorted()).toEqual(catalogue.events.map(({ title }) => title).toSorted());
    expect(names('consumer')).toContain('trip-projector');
    expect(names('field')).toContain('price.amountMinor');
    for (const { address } of entries) {
      const [place = '', anchor = ''] = address.split('#');
      expect(page(place)).toContain(anchor === '' ? '<h1>' : `id="${decodeURIComponent(anchor)}"`);
    }
  });

  test('writes addresses that are not known as what the reader has to fill in', async () => {
    const published = await catalogueFiles(catalogue, { apiUrl: '$MILLRACE_URL' });
    const line = (type: string) => textOfElement(published.get(eventPage(type)) ?? '', 'send-0');
    expect(line(behaviourEventTypes.pageViewed)).toContain('curl "$MILLRACE_URL/events" -H ');
    expect(line(behaviourEventTypes.purchaseMade)).toContain(
      'aws events put-events --entries \'[{"EventBusName":"millrace-dev"',
    );
    expect(published.get(INDEX_PAGE)).not.toContain('>Console<');
  });
});

/** The CloudEvent in what a line sends: itself, or the detail of an entry for the bus. */
function eventIn(body: string): unknown {
  const sent: { readonly Entries?: readonly { readonly Detail: string }[] } = JSON.parse(body);
  return sent.Entries ? JSON.parse(sent.Entries[0]?.Detail ?? 'null') : sent;
}
