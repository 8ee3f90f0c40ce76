/** What a mail says, in the order in which it is read; made into plain text and into HTML that says the same. */
export interface Letter {
  greeting: string;
  parts: readonly Part[];
  /** Why it was sent, in small print. */
  footer: string;
}

export type Part =
  | { kind: 'paragraph'; text: string }
  | { kind: 'list'; items: readonly string[] }
  | { kind: 'link'; label: string; url: string };

export function asText({ greeting, parts, footer }: Letter): string {
  return `${[greeting, ...parts.map(partAsText), `-- \n${footer}`].join('\n\n')}\n`;
}

function partAsText(part: Part): string {
  switch (part.kind) {
    case 'paragraph':
      return part.text;
    case 'list':
      return part.items.map((item) => `* ${item}`).join('\n');
    case 'link':
      return `${part.label}:\n${part.url}`;
  }
}

/** Without image, script or style sheet: every mail program shows it, and nothing in it is fetched. */
export function asHtml(title: string, { greeting, parts, footer }: Letter): string {
  const body = [`<p>${escaped(greeting)}</p>`, ...parts.map(partAsHtml)].join('\n');
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escaped(title)}</title></head>
<body style="font: 16px/1.5 sans-serif; max-width: 36em; margin: 0 auto; padding: 24px">
${body}
<p style="font-size: 13px; color: #666">${escaped(footer)}</p>
</body>
</html>
`;
}

function partAsHtml(part: Part): string {
  switch (part.kind) {
    case 'paragraph':
      return `<p>${escaped(part.text)}</p>`;
    case 'list':
      return `<ul>\n${part.items.map((item) => `<li>${escaped(item)}</li>`).join('\n')}\n</ul>`;
    case 'link':
      // The address is shown as well: people are told never to follow a link that they cannot read.
      return `<p><a href="${escaped(part.url)}">${escaped(part.label)}</a><br><small>${escaped(part.url)}</small></p>`;
  }
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
