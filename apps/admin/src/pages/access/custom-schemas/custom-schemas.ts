import type { ResultOf } from 'gql.tada';
import { graphql, type Json } from '../../../api/graphql.ts';

export const SCHEMAS = graphql(`
  query CustomSchemas {
    account {
      scim {
        customSchemas {
          id
          urn
          name
          resourceType
          state
          attributes {
            name
          }
        }
      }
    }
  }
`);

export const SCHEMA = graphql(`
  query CustomSchemaById($id: ID!) {
    node(id: $id) {
      __typename
      ... on CustomSchema {
        id
        urn
        name
        description
        resourceType
        state
        version
        updatedAt
        document
        resourcesWithValues
        retiredAttributes
        attributes {
          name
          type
          multiValued
          required
          description
          subAttributes {
            name
            type
            multiValued
            required
            description
          }
        }
      }
    }
  }
`);

type Node = Exclude<ResultOf<typeof SCHEMA>['node'], null>;
export type CustomSchema = Extract<Node, { __typename: 'CustomSchema' }>;

/** Undefined for what is no JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isJson(value: unknown): value is Json {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return true;
  return typeof value === 'object' && value !== null && Object.values(value).every(isJson);
}
