import type { BrowserContextOptions, Page } from 'playwright-core';
import { signIn, type WebStack } from './web-stack.ts';

type Cookies = Awaited<ReturnType<ReturnType<Page['context']>['cookies']>>;

const sessions = new WeakMap<WebStack, Map<string, Cookies>>();

/** A window in which somebody has signed in, at a page; they sign in once for all windows, and again when that session has ended. */
export async function openAs(
  stack: WebStack,
  path: string,
  { person = 'Ada Lindqvist', ...options }: BrowserContextOptions & { person?: string } = {},
): Promise<Page> {
  const page = await stack.newPage(options);
  const known = sessions.get(stack) ?? new Map<string, Cookies>();
  sessions.set(stack, known);
  const cookies = known.get(person);
  if (cookies !== undefined) {
    await page.context().addCookies(cookies);
    await page.goto(`${stack.origin}${path}`);
    await page.getByRole('heading').first().waitFor();
    if (new URL(page.url()).pathname !== '/sign-in') return page;
  }
  await signIn(page, stack, { path, person });
  known.set(person, await page.context().cookies());
  return page;
}
