/**
 * Builds HTML in which nothing that was put in can become markup: every value of a template is escaped, unless it is
 * markup that was built here itself.
 */

/** HTML that may stand as it is. */
export class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** What a template may hold; nothing is written for what is absent. */
export type Content = Markup | string | number | false | undefined | readonly Content[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that is text in HTML, in elements and in quoted attributes. Characters that no page may hold are replaced. */
export function escaped(text: string): string {
  const readable = text.toWellFormed().replace(/[^\P{Cc}\t\n\r]/gu, '\uFFFD');
  return readable.replace(/[&<>"']/g, character => ESCAPES[character] ?? character);
}

/** A template of HTML. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(parts.map((part, index) => (index === 0 ? part : `${written(values[index - 1])}${part}`)).join(''));
}

function written(content: Content): string {
  if (content instanceof Markup) return content.toString();
  if (content === undefined || content === false) return '';
  if (typeof content === 'string' || typeof content === 'number') return escaped(String(content));
  return content.map(written).join('');
}
