import { escaped } from '@rollcall/service-kit/escape-html';

/** Text that is HTML already. */
export type Html = { readonly html: string };

type Value = string | number | Html | readonly Html[];

/** HTML in which every value that is not HTML itself is escaped. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  const text = parts.map((part, index) => part + markup(values[index] ?? '')).join('');
  return { html: text };
}

function markup(value: Value): string {
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value));
  return 'html' in value ? value.html : value.map((each) => each.html).join('');
}
