import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { Browser } from './browser.ts';
import { addressOn, newFolder, npmStart } from './npm-start.ts';
import { simulate, simulatedPeople, type SimulatedPerson } from './simulate.ts';

// A whole product starts here, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const dataDir = newFolder();
const endings: (() => void | Promise<void>)[] = [() => rmSync(dataDir, { recursive: true, force: true })];
afterAll(async () => {
  for (const end of endings.toReversed()) await end();
});

/** Ada owns the account. Everything below is done with her session, as the web client does it. */
const ada = new Browser();
let signInPage = '';
let graphqlUrl = '';
let scim = { baseUrl: '', token: '' };

beforeAll(async () => {
  const { screen } = await npmStart(dataDir, (work) => endings.push(work));
  signInPage = `${addressOn(screen(), 'Sign in')}/acme-okta`;
  graphqlUrl = addressOn(screen(), 'GraphQL');
});

test('a newcomer signs in at the provider by picking a person', async () => {
  expect((await ada.open(signInPage)).text).toContain('Pick who you are');
  await ada.submit({ person: 'ada.lindqvist' });
  expect(await ask(`{ viewer { name permissionSets account { slug } } }`)).toEqual({
    viewer: {
      name: 'ada.lindqvist@acme.example',
      permissionSets: ['ACCOUNT_ADMIN', 'MEMBER'],
      account: { slug: 'acme-okta' },
    },
  });
});

test('makes a token that the identity provider can provision with', async () => {
  const answer = await ask(
    `mutation ($input: ScimTokenCreateInput!) { scimTokenCreate(input: $input) { ... on ScimTokenCreatePayload { value } } }`,
    { input: { name: 'Okta of Acme' } },
  );
  const { account } = z
    .object({ account: z.object({ scim: z.object({ baseUrl: z.string() }) }) })
    .parse(await ask(`{ account { scim { baseUrl } } }`));
  scim = {
    baseUrl: account.scim.baseUrl,
    token: z.object({ scimTokenCreate: z.object({ value: z.string() }) }).parse(answer).scimTokenCreate.value,
  };
  const base = ['--base', scim.baseUrl, '--token', scim.token, '--domain', 'acme.example'];
  await simulate(dataDir, 'okta', ...base, '--seed', 'mine', '--people', '5', '--groups', '1', '--days', '0');
  // The log is written in batches, a moment after the answers.
  await vi.waitFor(async () => {
    const answer = await ask(`{ account { provisioningEvents(filter: { text: "/Users" }) { totalCount } } }`);
    expect(LOGGED.parse(answer).account.provisioningEvents.totalCount).toBeGreaterThanOrEqual(5);
  });
});

let person: SimulatedPerson | undefined;

test('whom a simulator has provisioned signs in as well, with the groups of the directory', async () => {
  await simulate(dataDir, 'okta', '--people', '8', '--groups', '2', '--days', '0');
  person = simulatedPeople(dataDir).find(({ state, groups }) => state === 'active' && groups.length > 0);
  const employee = new Browser();
  await employee.open(signInPage);
  expect((await employee.search(person?.userName ?? '')).text).toContain(person?.groups[0]);
  await employee.submit({ person: person?.id ?? '' });
  const signedIn = await employee.open(new URL('/sign-in', graphqlUrl).href);
  expect(signedIn.text.replaceAll('&#39;', "'")).toContain(`As ${person?.userName}.`);
});

test('maps a group to a license as the preview has shown, and reads why each person holds theirs', async () => {
  const mappings = { readOnly: ['IT operations'] };
  const previewed = await ask(
    `query ($input: LicenseMappingPreviewInput!) { licenseMappingPreview(input: $input) {
      ... on LicenseMappingPreview { previewToken licenses { changes(first: 50) { edges { node { user { userName } to { type } } } } } }
      ... on UserError { message } } }`,
    { input: { mappings } },
  );
  const preview = PREVIEW.parse(previewed).licenseMappingPreview;
  // Of those who ever signed in, only Ada is in that group; the other's license is the identity provider's word.
  expect(preview.licenses.changes.edges.map(({ node }) => node)).toEqual([
    { user: { userName: 'ada.lindqvist@acme.example' }, to: { type: 'READ_ONLY' } },
  ]);

  const set = await ask(
    `mutation ($input: LicenseMappingSetInput!) { licenseMappingSet(input: $input) {
      ... on LicenseMappingSetPayload { licensesChanged } ... on UserError { message } } }`,
    { input: { mappings, previewToken: preview.previewToken } },
  );
  expect(set).toEqual({ licenseMappingSet: { licensesChanged: 1 } });

  const hers = await license('ada.lindqvist@acme.example');
  expect(hers.license).toEqual({ type: 'READ_ONLY', source: 'SSO_MAPPING' });
  expect(reasonOf(hers, 'SSO_MAPPING')).toContain('IT operations');
  const theirs = await license(person?.userName ?? '');
  expect(theirs.license.source).toBe('SCIM');
  expect(reasonOf(theirs, 'SCIM_ATTRIBUTE')).toContain('licenseType');
  const groups = theirs.memberships.edges.map(({ node }) => node.group.displayName);
  expect(groups).toEqual(expect.arrayContaining([...(person?.groups ?? [])]));
});

test('plans a cleanup of the default groups, applies it and undoes it', async () => {
  const before = await defaultGroups();
  const { defaultGroupCleanupPlan: planned } = z
    .object({ defaultGroupCleanupPlan: z.object({ cleanup: z.object({ id: z.string(), ...PLAN }) }) })
    .parse(
      await ask(
        `mutation { defaultGroupCleanupPlan(input: { keepUnmanaged: false }) { ... on DefaultGroupCleanupPlanPayload {
          cleanup { id groups { kind leaving kept } } } ... on UserError { message } } }`,
      ),
    );
  const { id, groups } = planned.cleanup;
  const leaving = groups.reduce((sum, group) => sum + group.leaving, 0);
  expect(leaving).toBeGreaterThan(0);

  await change('defaultGroupCleanupStart', 'DefaultGroupCleanupStart', id);
  await cleanupIs(id, 'APPLIED');
  const after = await defaultGroups();
  expect(membersIn(before) - membersIn(after)).toBe(leaving);

  await change('defaultGroupCleanupUndo', 'DefaultGroupCleanupUndo', id);
  await cleanupIs(id, 'UNDONE');
  expect(await defaultGroups()).toEqual(before);
});

test('finds in the audit log who did all that', async () => {
  const { account } = z
    .object({
      account: z.object({
        auditEvents: z.object({
          edges: z.array(
            z.object({ node: z.object({ kind: z.string(), actor: z.object({ name: z.string() }) }) }),
          ),
        }),
      }),
    })
    .parse(await ask(`{ account { auditEvents(first: 200) { edges { node { kind actor { name } } } } } }`));
  const hers = account.auditEvents.edges
    .filter(({ node }) => node.actor.name === 'ada.lindqvist@acme.example')
    .map(({ node }) => node.kind);
  expect(hers).toEqual(
    expect.arrayContaining([
      'scim_token.created',
      'license_mapping.changed',
      'default_group_cleanup.started',
      'default_group_cleanup.undo_started',
    ]),
  );
});

const LOGGED = z.object({
  account: z.object({ provisioningEvents: z.object({ totalCount: z.number() }) }),
});

const PREVIEW = z.object({
  licenseMappingPreview: z.object({
    previewToken: z.string(),
    licenses: z.object({
      changes: z.object({
        edges: z.array(
          z.object({
            node: z.object({ user: z.object({ userName: z.string() }), to: z.object({ type: z.string() }) }),
          }),
        ),
      }),
    }),
  }),
});

const WHY = z.object({
  account: z.object({
    user: z.object({
      license: z.object({ type: z.string(), source: z.string() }),
      licenseDecision: z.object({ steps: z.array(z.object({ rule: z.string(), reason: z.string() })) }),
      memberships: z.object({
        edges: z.array(z.object({ node: z.object({ group: z.object({ displayName: z.string() }) }) })),
      }),
    }),
  }),
});

type Licensed = z.infer<typeof WHY>['account']['user'];

const PLAN = {
  groups: z.array(z.object({ kind: z.string(), leaving: z.number(), kept: z.number() })),
};

const DEFAULT_GROUPS = z.object({
  account: z.object({
    defaultGroups: z.array(
      z.object({
        displayName: z.string(),
        assignByDefault: z.boolean(),
        members: z.object({ totalCount: z.number() }),
      }),
    ),
  }),
});

type DefaultGroups = z.infer<typeof DEFAULT_GROUPS>['account']['defaultGroups'];

async function defaultGroups(): Promise<DefaultGroups> {
  const answer = await ask(
    `{ account { defaultGroups { displayName assignByDefault members(first: 1) { totalCount } } } }`,
  );
  return DEFAULT_GROUPS.parse(answer).account.defaultGroups;
}

function membersIn(groups: DefaultGroups): number {
  return groups.reduce((sum, { members }) => sum + members.totalCount, 0);
}

async function change(mutation: string, type: string, id: string): Promise<void> {
  const answer = await ask(
    `mutation ($input: ${type}Input!) { ${mutation}(input: $input) { __typename ... on UserError { message } } }`,
    { input: { id } },
  );
  expect(answer).toEqual({ [mutation]: { __typename: `${type}Payload` } });
}

async function license(userName: string): Promise<Licensed> {
  const answer = await ask(
    `query ($userName: String!) { account { user(userName: $userName) { license { type source }
      licenseDecision { steps { rule reason } } memberships(first: 20) { edges { node { group { displayName } } } } } } }`,
    { userName },
  );
  return WHY.parse(answer).account.user;
}

function reasonOf({ licenseDecision }: Licensed, wanted: string): string | undefined {
  return licenseDecision.steps.find(({ rule }) => rule === wanted)?.reason;
}

async function cleanupIs(id: string, state: string): Promise<void> {
  await vi.waitFor(
    async () =>
      expect(
        await ask(`query ($id: ID!) { node(id: $id) { ... on DefaultGroupCleanup { state } } }`, { id }),
      ).toEqual({ node: { state } }),
    { timeout: 30_000, interval: 200 },
  );
}

/** The data of an answer to Ada; an answer with errors fails the test. */
async function ask(query: string, variables: object = {}): Promise<unknown> {
  const { data, errors } = z
    .object({ data: z.unknown().optional(), errors: z.unknown().optional() })
    .parse(await ada.graphql(graphqlUrl, query, variables));
  expect(errors).toBeUndefined();
  return data;
}
