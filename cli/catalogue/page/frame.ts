import { html, type Markup } from './markup.ts';

/** What every page of a catalogue knows about the place where it is shown. */
export interface Site {
  /** The address of the HTTP API; `$MILLRACE_URL` where it is not known. */
  readonly apiUrl: string;
  /** The address of the AWS APIs, where they are not AWS's own. */
  readonly awsUrl?: string;
  /** The address of the live console, where there is one. */
  readonly consoleUrl?: string;
}

export interface FrameOptions {
  readonly title: string;
  /** The way to the root of the catalogue: empty, or `../`. */
  readonly root: string;
  readonly site: Site;
}

/** A whole page. */
export function frame({ title, root, site }: FrameOptions, content: Markup): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="${root}icon.svg">
<link rel="stylesheet" href="${root}theme.css">
<link rel="stylesheet" href="${root}catalogue.css">
<script src="${root}search-index.js" defer></script>
<script src="${root}catalogue.js" defer></script>
</head>
<body data-root="${root}">
<a class="skip" href="#content">To the content</a>
<header>
<a class="home" href="${root}index.html"><img src="${root}icon.svg" alt="" width="28" height="28"><span class="product">Millrace</span> <span class="quiet">event catalogue</span></a>
<search><input id="search" type="search" placeholder="Search events, fields, consumers" aria-label="Search events, fields, consumers" autocomplete="off"><kbd>/</kbd><ol id="found" hidden></ol></search>
<nav aria-label="Elsewhere"><a href="${root}asyncapi.json">AsyncAPI</a>${site.consoleUrl !== undefined && html`<a href="${site.consoleUrl}">Console</a>`}</nav>
</header>
<main id="content">
${content}
</main>
</body>
</html>
`.toString();
}
