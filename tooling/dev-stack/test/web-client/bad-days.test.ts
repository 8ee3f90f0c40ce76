import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectAccessible, expectShown } from './accessibility.ts';
import { signIn, useWebStack } from './web-stack.ts';

const stack = useWebStack();
const API = '**/graphql';

async function openPeople(): Promise<Page> {
  const page = await stack().newPage();
  await signIn(page, stack(), { path: '/people' });
  await expectShown(page.getByRole('link', { name: 'Bruno Costa' }));
  return page;
}

test('an API that does not answer is told in words, with a way to try again', async () => {
  const page = await openPeople();
  await page.route(API, (route) => route.abort());
  await page.getByRole('searchbox', { name: 'Name or address' }).fill('bruno');
  await expectShown(page.getByRole('alert').getByText('The server did not answer.'));
  await expectAccessible(page);
  await page.unroute(API);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expectShown(page.getByText('1 in all'));
  expect(await page.getByRole('alert').count()).toBe(0);
});

test('a fault of the server is told with the request that the operator can find', async () => {
  const page = await openPeople();
  await page.route(API, (route) =>
    route.fulfill({
      status: 500,
      json: { errors: [{ message: 'Something went wrong on the server: request 42.' }] },
    }),
  );
  await page.getByRole('searchbox', { name: 'Name or address' }).fill('bruno');
  await expectShown(page.getByRole('alert').getByText('request 42'));
});

test('a slow API leaves what is shown where it is until the answer comes', async () => {
  const page = await openPeople();
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route(API, async (route) => {
    await promise;
    await route.continue();
  });
  await page.getByRole('searchbox', { name: 'Name or address' }).fill('deniz');
  await page.waitForURL(/search=deniz/u);
  await expectShown(page.getByRole('progressbar'));
  resolve();
  await expectShown(page.getByText('1 in all'));
});

test('whose session is ended elsewhere signs in again, and comes back to the same page', async () => {
  const page = await openPeople();
  const cookies = await page.context().cookies();
  const other = await stack().newPage();
  await other.context().addCookies(cookies);
  await other.goto(`${stack().origin}/people`);
  await other.getByRole('button', { name: 'Sign out' }).click();
  await other.waitForURL((url) => url.pathname !== '/people');
  await page.getByRole('searchbox', { name: 'Name or address' }).fill('ada');
  await page.waitForURL(/\/sign-in\?/u);
  expect(new URL(page.url()).searchParams.get('returnTo')).toBe('/people?search=ada');
});

test('a page whose code does not arrive says so, and a reload brings it', async () => {
  const page = await stack().newPage();
  await page.route('**/assets/people-page-*.js', (route) => route.abort());
  await signIn(page, stack(), { path: '/people' });
  await expectShown(page.getByRole('heading', { name: 'This page stopped working' }));
  await expectAccessible(page);
  await page.unroute('**/assets/people-page-*.js');
  await page.getByRole('button', { name: 'Reload' }).click();
  await expectShown(page.getByRole('link', { name: 'Bruno Costa' }));
});
