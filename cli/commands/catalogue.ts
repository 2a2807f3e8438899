import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureAssembly } from '../assembly.ts';
import { allConsumers, readCatalogue } from '../catalogue/catalogue.ts';
import { catalogueFiles, writeCatalogue } from '../catalogue/publish.ts';
import { type Command, textOption, UsageError } from '../command.ts';

const DEFAULT_FOLDER = '.build/catalogue';
/** Stands in the lines to paste where nobody said where the API is. */
const UNKNOWN_API = '$MILLRACE_URL';

const HELP = `Usage: millrace catalogue [options]

Writes the catalogue of events: a folder of pages that need nothing from elsewhere and open from a disk or from any host
of static files. Each event type has a page: who makes it and who consumes it, its way through the platform, samples to
paste, fields, rules, versions, and how long it is kept. Everything is read from the schemas, the synthesized template and
the code. The folder also holds the same as AsyncAPI 3.0 (asyncapi.json). npm start serves it at /catalogue/.

Options:
  --out DIR            the folder                                                     [default: ${DEFAULT_FOLDER}]
  --asyncapi FILE      write the AsyncAPI document here as well
  --api URL            where the HTTP API is, for the lines to paste                  [default: ${UNKNOWN_API}]
  --json               print one JSON object {folder, files, events, consumers}
  -h, --help           this text

Exit code: 0, or 2 when the command cannot be carried out.`;

export const catalogue: Command = {
  name: 'catalogue',
  summary: 'write the pages that say what every event is, who makes it and who consumes it',
  help: HELP,
  options: {
    out: { type: 'string' },
    asyncapi: { type: 'string' },
    api: { type: 'string' },
    json: { type: 'boolean' },
  },

  async run({ options, positionals }) {
    if (positionals.length > 0) {
      throw new UsageError(`Cannot write the catalogue: no arguments are taken, received '${positionals.join(' ')}'`);
    }
    const apiUrl = apiAddress(textOption(options, 'api'));
    const { folder: assembly } = await ensureAssembly(line => console.error(line));
    const read = await readCatalogue(assembly);
    const files = await catalogueFiles(read, { apiUrl });
    const folder = path.resolve(textOption(options, 'out') ?? DEFAULT_FOLDER);
    await writing(folder, () => writeCatalogue(files, folder));
    const asyncapi = textOption(options, 'asyncapi');
    if (asyncapi !== undefined)
      await writing(asyncapi, () => writeDocument(asyncapi, files.get('asyncapi.json') ?? ''));
    const summary = { folder, files: files.size, events: read.events.length, consumers: allConsumers(read).length };
    console.log(
      options.json === true
        ? JSON.stringify(summary)
        : `${summary.events} event types, ${summary.consumers} consumers: ${path.join(folder, 'index.html')}`,
    );
    return 0;
  },
};

function apiAddress(given: string | undefined): string {
  if (given === undefined) return UNKNOWN_API;
  if (/^https?:$/.test(URL.parse(given)?.protocol ?? '')) return given.replace(/\/+$/, '');
  throw new UsageError(`Cannot use --api: an http or https address, received '${given}'`);
}

async function writeDocument(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(path.resolve(file)), { recursive: true });
  await writeFile(file, text);
}

/** @throws UsageError when the place cannot be written to */
async function writing(place: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    throw new UsageError(`Cannot write to '${place}': ${cause.message}`, { cause });
  }
}
