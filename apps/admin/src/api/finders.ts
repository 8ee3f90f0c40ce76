import { graphql } from './graphql.ts';
import { useAnswer } from './use-answer.ts';

const MOST = 20;

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly disabled?: boolean;
}

/** What the server finds for what was typed. */
export type Finder = (typed: string) => readonly Choice[];

const FIND_GROUPS = graphql(`
  query FindGroups($first: Int!, $search: String) {
    account {
      groups(first: $first, filter: { search: $search }) {
        edges {
          node {
            id
            displayName
            lockedActions {
              action
            }
          }
        }
      }
    }
  }
`);

/** Groups by a part of their name; those whose members cannot be changed by hand cannot be picked. */
export const useFoundGroups: Finder = (search) => {
  const { data } = useAnswer(FIND_GROUPS, { first: MOST, search });
  const found = data?.account.groups?.edges.map(({ node }) => ({
    value: node.id,
    label: node.displayName,
    disabled: node.lockedActions.some(({ action }) => action === 'GROUP_MEMBERS_CHANGE'),
  }));
  return found ?? [];
};

const FIND_PEOPLE = graphql(`
  query FindPeople($first: Int!, $search: String) {
    account {
      users(first: $first, filter: { search: $search }) {
        edges {
          node {
            id
            name
            userName
          }
        }
      }
    }
  }
`);

/** The living by a part of their name or address. */
export const useFoundPeople: Finder = (search) => {
  const { data } = useAnswer(FIND_PEOPLE, { first: MOST, search });
  const found = data?.account.users?.edges.map(({ node: { id, name, userName } }) => ({
    value: id,
    label: name === userName ? name : `${name} · ${userName}`,
  }));
  return found ?? [];
};
