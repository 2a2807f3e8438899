/** A variable's value as compact JSON text; `undefined` when the event has none. */
export interface TemplateValue {
  readonly json: string | undefined;
  /** Put in as it is, even between quotes. */
  readonly verbatim?: boolean;
}

const PLACEHOLDER = /<([A-Za-z0-9_.-]+)>/g;

/** The names between angle brackets. */
export function placeholders(template: string): readonly string[] {
  return [...template.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
}

/**
 * Fills a template, as recorded from AWS: outside of quotes a variable becomes a JSON value (`""` when there is none);
 * between quotes it becomes text: strings without their quotes, objects and lists as JSON that has lost its quotes, nothing
 * when there is none.
 */
export function fillTemplate(template: string, value: (name: string) => TemplateValue): string {
  let filled = '';
  let quoted = false;
  let at = 0;
  for (const match of template.matchAll(PLACEHOLDER)) {
    const between = template.slice(at, match.index);
    quoted = endsQuoted(between, quoted);
    const inserted = value(match[1] ?? '');
    filled += between + (quoted ? asText(inserted) : (inserted.json ?? '""'));
    at = match.index + match[0].length;
  }
  return filled + template.slice(at);
}

function asText({ json = '', verbatim }: TemplateValue): string {
  if (verbatim) return json;
  return json.startsWith('"') ? json.slice(1, -1) : json.replaceAll('"', '');
}

function endsQuoted(text: string, quotedBefore: boolean): boolean {
  let quoted = quotedBefore;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') quoted = !quoted;
  }
  return quoted;
}
