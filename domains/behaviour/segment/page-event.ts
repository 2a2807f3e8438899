/** Pages and screens in our words. */
import { behaviourEventTypes as types } from '../events/event-types.ts';
import { type Counterpart, given, readProperties } from './counterpart.ts';
import { type JsonObject, objectOf } from './segment-message.ts';

const URL_CHARS = 2048;
const TITLE_CHARS = 300;

/** The counterpart of a page call; `undefined` when nothing says which page it was. */
export function pageEvent(properties: JsonObject, context: JsonObject): Counterpart | undefined {
  const read = readProperties(properties);
  const around = readProperties(objectOf(context.page));
  const text = (name: string) => read.text([name], URL_CHARS) ?? around.text([name], URL_CHARS);
  const found = text('url') ?? text('path');
  const url = found && withoutQuery(found);
  if (!url) return undefined;
  const referrer = text('referrer');
  const title = read.text(['title'], TITLE_CHARS) ?? around.text(['title'], TITLE_CHARS);
  const data = given({ url, title, referrer: referrer && (withoutQuery(referrer) || undefined) });
  const whole = [...read.taken].filter(name => name === 'title' || Object.values(data).includes(properties[name]));
  return { type: types.pageViewed, data, taken: new Set(whole) };
}

/** The counterpart of a screen call; `undefined` when the screen has no name. */
export function screenEvent(properties: JsonObject): Counterpart | undefined {
  const read = readProperties(properties);
  const name = read.text(['name'], TITLE_CHARS);
  if (name === undefined) return undefined;
  const category = read.text(['category'], 100);
  return { type: types.screenViewed, data: given({ name, category }), taken: read.taken };
}

/**
 * An address without its query, which may hold what is personal. Its fragment goes too, unless it is the route of an app
 * that has one page only.
 */
function withoutQuery(address: string): string {
  const hash = address.indexOf('#');
  const [before = '', fragment = ''] = hash < 0 ? [address] : [address.slice(0, hash), address.slice(hash + 1)];
  const page = before.split('?')[0] ?? '';
  return /^[/!]/.test(fragment) ? `${page}#${fragment.split('?')[0]}` : page;
}
