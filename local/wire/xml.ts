const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

export function escapeXml(text: string): string {
  return text.replace(/[&<>"\r]/g, character => ESCAPES[character] ?? character);
}

/** One XML element; `content` is XML already (escape text first). */
export function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}
