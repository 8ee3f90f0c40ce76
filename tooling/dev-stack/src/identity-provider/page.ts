import type { ServerResponse } from 'node:http';
import { html, type Html } from './html.ts';

type Page = {
  readonly title: string;
  readonly body: Html;
  readonly status?: number;
  /** Where a form may lead besides this server. */
  readonly formTargets?: readonly string[];
};

/** Sends a page that runs no script and loads nothing. */
export function sendPage(response: ServerResponse, page: Page): void {
  const { title, body, status = 200, formTargets = [] } = page;
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      `default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; ` +
      `form-action ${["'self'", ...formTargets].join(' ')}`,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  response.end(document(title, body).html);
}

/** One heading and one sentence: what happened, and what to do now. */
export function sendNotice(
  response: ServerResponse,
  status: number,
  title: string,
  sentence: string | Html,
): void {
  const body = html`
    <main>
      <h1>${title}</h1>
      <p>${sentence}</p>
    </main>
  `;
  sendPage(response, { title, status, body });
}

function document(title: string, body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html>`;
}

const STYLE: Html = {
  html: `
:root { color-scheme: light dark; --line: light-dark(#d7dae0, #3a3f4a); --soft: light-dark(#5b6270, #a2a9b8);
  --page: light-dark(#f5f6f8, #14161a); --card: light-dark(#ffffff, #1d2026); --ink: light-dark(#16181d, #eef0f4);
  --accent: light-dark(#2451c7, #8fb0ff); --hover: light-dark(#eef3ff, #262c3a); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 3rem 1.25rem 4rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .5rem; text-wrap: balance; }
p { margin: 0 0 1rem; } .soft { color: var(--soft); }
a { color: var(--accent); overflow-wrap: anywhere; }
form.search { display: flex; gap: .5rem; margin: 1.5rem 0 1rem; flex-wrap: wrap; }
label { display: block; flex-basis: 100%; font-weight: 600; }
input { flex: 1 1 14rem; min-width: 0; } input, button { font: inherit; color: inherit; padding: .55rem .8rem;
  border: 1px solid var(--line); border-radius: .5rem; background: var(--card); }
button { cursor: pointer; } button:hover:enabled { background: var(--hover); border-color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
ul.people, ol.mails { list-style: none; margin: 0 0 1rem; padding: 0; display: grid; gap: .5rem; }
ul.people button { width: 100%; text-align: start; display: grid; gap: .1rem; padding: .75rem 1rem; }
button:disabled { cursor: not-allowed; background: none; color: var(--soft); }
.name { font-weight: 600; } .groups { display: flex; flex-wrap: wrap; gap: .3rem; margin-top: .3rem; font-size: .85rem; }
.groups span { border: 1px solid var(--line); border-radius: 1rem; padding: 0 .55rem; }
article { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.25rem; }
article h2 { font-size: 1.1rem; margin: 0; } article pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: .75rem 0 0; }
`,
};
