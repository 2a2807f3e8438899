/** Reads the few XML bodies that S3 takes. */
import { s3Error } from '../s3-error.ts';

/** Text, or elements by name: a list for each, as XML does not tell one from many. */
export interface XmlNode {
  readonly text: string;
  readonly children: Readonly<Record<string, readonly XmlNode[]>>;
}

const TOKEN = /<\?[^>]*\?>|<!--[\s\S]*?-->|<(\/?)([\w:.-]+)[^>]*?(\/?)>|([^<]+)/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

interface OpenNode {
  readonly name: string;
  text: string;
  readonly children: Record<string, XmlNode[]>;
}

/** @returns the root element. @throws AwsError `MalformedXML` */
export function parseXml(body: Buffer): XmlNode {
  const document: OpenNode = { name: '', text: '', children: {} };
  const open = [document];
  for (const [, closing, name, selfClosing, text] of body.toString('utf8').matchAll(TOKEN)) {
    const top = open.at(-1) ?? document;
    if (text !== undefined) {
      top.text += decodeEntities(text);
      continue;
    }
    if (name === undefined) continue;
    if (closing === '/') {
      if (open.length === 1 || top.name !== name) throw s3Error('MalformedXML');
      open.pop();
      continue;
    }
    const node: OpenNode = { name, text: '', children: {} };
    top.children[name] = [...(top.children[name] ?? []), node];
    if (selfClosing !== '/') open.push(node);
  }
  const root = Object.values(document.children)[0]?.[0];
  if (open.length > 1 || !root) throw s3Error('MalformedXML');
  return root;
}

export function childText(node: XmlNode, name: string): string | undefined {
  return node.children[name]?.[0]?.text;
}

function decodeEntities(text: string): string {
  return text.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (whole, hex, decimal, name) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return ENTITIES[name] ?? whole;
  });
}
