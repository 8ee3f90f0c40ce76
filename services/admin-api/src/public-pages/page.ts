import { hash } from 'node:crypto';
import { escaped } from '@rollcall/service-kit/escape-html';

export interface Page {
  title: string;
  /** HTML, with every value in it escaped. */
  body: string;
}

/** A small page for somebody who followed a link from a mail: no script, no request besides it, readable by whatever reads. */
export function renderPage({ title, body }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${body}
</main>
</body>
</html>
`;
}

const STYLE = `
:root { color-scheme: light dark; }
body { font: 1.125rem/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 34rem; margin: 0 auto; padding: 4rem 1.5rem; }
h1 { font-size: 1.5rem; line-height: 1.25; }
button { font: inherit; padding: .625rem 1.25rem; border: 1px solid; border-radius: .375rem; cursor: pointer; }
label { display: block; margin: 1.5rem 0 .375rem; }
input { font: inherit; padding: .625rem .75rem; border: 1px solid; border-radius: .375rem; width: 100%; box-sizing: border-box; margin-bottom: 1rem; }
:is(button, a, input):focus-visible { outline: 3px solid; outline-offset: 3px; }
`;

/** What a content security policy allows the style by. */
export const STYLE_DIGEST = `sha256-${hash('sha256', STYLE, 'base64')}`;
