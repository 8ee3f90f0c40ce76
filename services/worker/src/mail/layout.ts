import { escaped } from '@rollcall/service-kit/escape-html';

/** What a mail says, in the order in which it is read; made into plain text and into HTML that says the same. */
export interface Letter {
  subject: string;
  parts: readonly Part[];
  /** Why it was sent, in small print. */
  footer: string;
}

export type Part =
  | { kind: 'paragraph'; text: string }
  | { kind: 'list'; items: readonly string[] }
  | { kind: 'link'; label: string; url: string };

export function asText(greeting: string, { parts, footer }: Letter): string {
  return `${[greeting, ...parts.map(partAsText), `-- \n${footer}`].join('\n\n')}\n`;
}

function partAsText(part: Part): string {
  switch (part.kind) {
    case 'paragraph':
      return oneLine(part.text);
    case 'list':
      return part.items.map((item) => `* ${oneLine(item)}`).join('\n');
    case 'link':
      return `${part.label}:\n${part.url}`;
  }
}

/** Without image, script or style sheet: every mail program shows it, and nothing in it is fetched. */
export function asHtml(greeting: string, { subject, parts, footer }: Letter): string {
  const body = [`<p>${escaped(greeting)}</p>`, ...parts.map(partAsHtml)].join('\n');
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escaped(subject)}</title></head>
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
      return `<p>${escaped(oneLine(part.text))}</p>`;
    case 'list':
      return `<ul>\n${part.items.map((item) => `<li>${escaped(oneLine(item))}</li>`).join('\n')}\n</ul>`;
    case 'link':
      // The address is shown as well: people are told never to follow a link that they cannot read.
      return `<p><a href="${escaped(part.url)}">${escaped(part.label)}</a><br><small>${escaped(part.url)}</small></p>`;
  }
}

/** What people and identity providers wrote cannot begin a line of its own, and look as if we had written it. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/** To the minute, in the one time zone that everybody can tell theirs from. */
export function timeOf(date: Date): string {
  const text = date.toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 16)} UTC`;
}
