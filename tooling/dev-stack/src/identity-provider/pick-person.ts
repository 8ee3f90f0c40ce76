import type { IncomingMessage, ServerResponse } from 'node:http';
import { errors, type Provider } from 'oidc-provider';
import { fullName, type PeopleDirectory } from './directory.ts';
import { sendNotice, sendPage } from './page.ts';
import { pickPage } from './pick-page.ts';
import { readBody } from './request-body.ts';

export type Picking = {
  readonly provider: Provider;
  readonly directory: PeopleDirectory;
  readonly directoryName: string;
  /** The origin that a finished sign-in leads back to. */
  readonly returnTo: string;
};

const MOST_FORM_BYTES = 10_000;

/** Shows the page for a sign-in that is under way, and takes the choice. */
export async function servePick(
  picking: Picking,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const { provider, directory, directoryName, returnTo } = picking;
  try {
    await provider.interactionDetails(request, response);
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) throw error;
    sendNotice(response, 400, 'This sign-in has ended', 'Go back to Rollcall and sign in again.');
    return;
  }
  if (request.method === 'POST') {
    await takeChoice(picking, request, response);
    return;
  }
  const search = url.searchParams.get('search') ?? '';
  const body = pickPage({ directoryName, people: directory.search(search), search });
  sendPage(response, { title: 'Pick who you are', body, formTargets: [returnTo] });
}

async function takeChoice(
  { provider, directory }: Picking,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const form = new URLSearchParams(await readBody(request, MOST_FORM_BYTES));
  if (form.has('cancel')) {
    await provider.interactionFinished(request, response, {
      error: 'access_denied',
      error_description: 'Nobody was picked at the identity provider.',
    });
    return;
  }
  const person = directory.find(form.get('person') ?? '');
  if (person === undefined) {
    sendNotice(
      response,
      404,
      'Nobody has been picked',
      'The directory does not have this person (any more). Go back and pick again.',
    );
  } else if (person.state === 'active') {
    await provider.interactionFinished(request, response, {
      login: { accountId: person.id, remember: false },
    });
  } else {
    const name = fullName(person);
    sendNotice(
      response,
      403,
      `${name} cannot sign in`,
      `${name} is ${person.state} in the directory. Go back and pick somebody else.`,
    );
  }
}
