import { html, type Html } from './html.ts';

/** A mail as the worker's outbox has it. */
type Mail = {
  readonly id: string;
  readonly at: string;
  readonly from: string;
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
};

/** The mails that nobody sent, as their readers would see them, the newest first. */
export function outboxPage(mails: readonly Mail[]): Html {
  return html`
    <main>
      <h1>Outbox</h1>
      <p class="soft" role="status">${found(mails.length)}</p>
      <ol class="mails">
        ${mails.map(mailItem)}
      </ol>
    </main>
  `;
}

function found(count: number): string {
  const where = 'SMTP_URL is not set, so mails lie here instead of being sent.';
  return count === 0
    ? `No mail yet. ${where}`
    : `${count === 1 ? '1 mail' : `${count} mails`}, the newest first. ${where}`;
}

function mailItem({ id, at, from, to, subject, text }: Mail): Html {
  return html`<li>
    <article aria-labelledby="${id}">
      <h2 id="${id}">${subject}</h2>
      <p class="soft">
        To ${to.name} &lt;${to.address}&gt; from ${from},
        <time datetime="${at}">${at.slice(0, 19).replace('T', ' ')} UTC</time>
      </p>
      <pre>${withLinks(text)}</pre>
    </article>
  </li>`;
}

/** A full stop after an address ends the sentence. */
function withLinks(text: string): Html[] {
  return text
    .split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)])/u)
    .map((part, index) => (index % 2 === 0 ? html`${part}` : html`<a href="${part}">${part}</a>`));
}
