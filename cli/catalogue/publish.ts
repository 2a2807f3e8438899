import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../assembly.ts';
import { asyncApi } from './asyncapi/asyncapi.ts';
import type { Catalogue } from './catalogue.ts';
import { eventPage, INDEX_PAGE } from './page/addresses.ts';
import { eventPageText } from './page/event-page.ts';
import type { Site } from './page/frame.ts';
import { indexPage } from './page/index-page.ts';
import { searchIndex } from './page/search-index.ts';

/** The files of a catalogue by their paths, with slashes. */
export type CatalogueFiles = ReadonlyMap<string, string>;

/** What is the same in every catalogue, by its name there. */
const ASSETS: Readonly<Record<string, string>> = {
  'catalogue.css': 'console/catalogue/catalogue.css',
  'catalogue.js': 'console/catalogue/catalogue.js',
  'icon.svg': 'console/icon.svg',
  'theme.css': 'console/theme.css',
};

/** Every file of the catalogue; together they need nothing from elsewhere. */
export async function catalogueFiles(catalogue: Catalogue, site: Site): Promise<CatalogueFiles> {
  const assets = await Promise.all(
    Object.entries(ASSETS).map(async ([name, file]) => [name, await readFile(path.join(ROOT, file), 'utf8')] as const),
  );
  return new Map([
    [INDEX_PAGE, indexPage(catalogue, site)],
    ...catalogue.events.map(event => [eventPage(event.type), eventPageText(event, catalogue, site)] as const),
    ['asyncapi.json', `${JSON.stringify(asyncApi(catalogue, site), undefined, 2)}\n`],
    ['search-index.js', searchIndex(catalogue)],
    ...assets,
  ]);
}

/** Writes a catalogue into a folder, which is made where there is none. */
export async function writeCatalogue(files: CatalogueFiles, folder: string): Promise<void> {
  for (const [name, text] of files) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
