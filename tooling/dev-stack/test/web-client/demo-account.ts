import { z } from 'zod';
import type { WebStack } from './web-stack.ts';

const MADE = z.object({ id: z.string() });
const GRAPHQL_ANSWER = z.object({ data: z.record(z.string(), z.unknown()) });

/** Asks as the script of acme-okta, which may do everything there. */
export async function ask(
  { screen, graphqlUrl }: WebStack,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  const response = await fetch(graphqlUrl, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${printed(screen, 'Service token')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ query, variables }),
  });
  return GRAPHQL_ANSWER.parse(await response.json()).data;
}

/** What the identity provider of acme-okta makes, and its id for SCIM. */
export async function provision(
  { screen }: WebStack,
  resource: 'Users' | 'Groups',
  body: Record<string, unknown>,
): Promise<string> {
  const response = await fetch(`${printed(screen, 'SCIM base URL')}/${resource}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${printed(screen, 'SCIM token')}`,
      'content-type': 'application/scim+json',
    },
    body: JSON.stringify(body),
  });
  return MADE.parse(await response.json()).id;
}

/** Lets administrators change by hand what the identity provider manages, or not. */
export async function allowManualUpdates(stack: WebStack, allowManualUpdates: boolean): Promise<void> {
  await ask(
    stack,
    `mutation ($input: ScimConfigurationUpdateInput!) { scimConfigurationUpdate(input: $input) { __typename } }`,
    { input: { allowManualUpdates } },
  );
}

/** The first account's, which is acme-okta. */
function printed(screen: string, name: string): string {
  return new RegExp(`^ +${name} +(\\S+)`, 'mu').exec(screen)?.[1] ?? '';
}
