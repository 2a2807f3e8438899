import type { Catalogue } from '../catalogue.ts';
import { consumerAnchor, eventPage, INDEX_PAGE } from './addresses.ts';

/** Something that can be found. */
interface Entry {
  readonly kind: string;
  readonly name: string;
  /** Where or what it is. */
  readonly about: string;
  /** Relative to the root. */
  readonly address: string;
}

/** A script that gives the search its entries; a script and not a document, which pages opened as files could not fetch. */
export function searchIndex({ events }: Catalogue): string {
  const entries = events.flatMap(({ type, title, description, fields, way }): readonly Entry[] => {
    const page = eventPage(type);
    return [
      { kind: 'event', name: title, about: `${type} · ${description}`, address: page },
      ...fields.map(field => ({
        kind: 'field',
        name: field.path,
        about: `of ${title} · ${field.description}`,
        address: `${page}#field-${encodeURIComponent(field.path)}`,
      })),
      ...way.consumers.flatMap(({ rule, source }) => [
        ...(rule
          ? [
              {
                kind: 'rule',
                name: rule.name,
                about: `for ${title} · ${rule.description ?? ''}`,
                address: `${page}#rules`,
              },
            ]
          : []),
        { kind: source.kind, name: source.name, about: `carries ${title}`, address: `${page}#lineage` },
      ]),
      ...way.producers.map(({ part }) => ({
        kind: 'producer',
        name: part.name,
        about: `of ${title}`,
        address: `${page}#producers`,
      })),
    ];
  });
  const consumers = events.flatMap(({ way }) =>
    way.consumers.flatMap(({ part }) =>
      part
        ? [
            {
              kind: 'consumer',
              name: part.name,
              about: part.description ?? '',
              address: `${INDEX_PAGE}#${consumerAnchor(part.name)}`,
            },
          ]
        : [],
    ),
  );
  const distinct = new Map([...entries, ...consumers].map(entry => [JSON.stringify(entry), entry]));
  return `globalThis.catalogueEntries = ${JSON.stringify([...distinct.values()])};\n`;
}
