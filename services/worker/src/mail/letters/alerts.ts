import type { MailContent } from '@rollcall/domain/mails/read-mail';
import { type Letter, timeOf } from '../layout.ts';

type Alerts = MailContent & { mail: 'alerts' };

export function alertsLetter({ accountName, alerts, more }: Alerts, publicAdminUrl: string): Letter {
  const amount = alerts.length + more;
  const items = alerts.map(sentence);
  return {
    subject: amount === 1 ? `An alert at ${accountName}` : `${amount} alerts at ${accountName}`,
    parts: [
      { kind: 'paragraph', text: 'An administrator should look at this:' },
      { kind: 'list', items: more === 0 ? items : [...items, `and ${more} more.`] },
      { kind: 'link', label: 'Look at the audit log', url: publicAdminUrl },
    ],
    footer: `You get this mail because you are an account administrator of ${accountName}. There is one every ten minutes at most.`,
  };
}

/** The event's kind is made of words: new kinds read well enough by themselves. */
function sentence({ kind, at, actor, about, reason }: Alerts['alerts'][number]): string {
  const what = kind.replaceAll(/[._]/gu, ' ');
  const whom = about === null ? '' : `, about ${about}`;
  const why = reason === null ? '' : ` (${reason.replaceAll('_', ' ')})`;
  return `${timeOf(at)}: ${what}${whom}${why}, by ${actor}`;
}
