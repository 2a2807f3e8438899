/** Reads HTML as a browser's tokenizer would, as far as the pages of the catalogue go. */

const TAG = /<(?:!doctype\s+)?(\/?[a-z][a-z0-9]*)((?:\s+[^\s"'<>/=]+(?:\s*=\s*"[^"]*")?)*)\s*\/?>/gi;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** The names of all tags, in their order. @throws when a `<` begins no tag */
export function tagsOf(page: string): readonly string[] {
  const rest = page.replace(TAG, '');
  if (/[<>]/.test(rest)) throw new Error(`Cannot read the page: '${/.{0,40}[<>].{0,40}/s.exec(rest)?.[0]}' is no text`);
  return [...page.matchAll(TAG)].map(([, name = '']) => name.toLowerCase());
}

/** The names of the attributes of each tag. */
export function attributesOf(page: string): readonly string[] {
  return [...page.matchAll(TAG)].map(([, , attributes = '']) =>
    [...attributes.matchAll(/([^\s"'<>/=]+)(?:\s*=\s*"[^"]*")?/g)].map(([, name]) => name).join(' '),
  );
}

/** The text in the element with an id; it must hold no other element. */
export function textOfElement(page: string, id: string): string {
  const [, text] = new RegExp(`\\sid="${id}"[^>]*>([^<]*)</`).exec(page) ?? [];
  if (text === undefined) throw new Error(`Cannot find the element '${id}'`);
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (entity, name: string) => ENTITIES[name] ?? entity);
}
