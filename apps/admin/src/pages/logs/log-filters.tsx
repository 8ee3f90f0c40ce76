import { Button, Checkbox, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { graphql } from '../../api/graphql.ts';
import { useAnswer } from '../../api/use-answer.ts';
import type { SearchState } from '../../ui/use-search-state.ts';
import { words } from '../../words/logs.ts';
import { fieldTextOf, instantIn, instantOf } from './instants.ts';

const TYPING_MS = 500;

/** From when, and until when. */
export function TimeFilters({ state }: { state: SearchState }): ReactNode {
  return (
    <>
      <TimeFilter state={state} label={words.since} name="since" />
      <TimeFilter state={state} label={words.until} name="until" />
    </>
  );
}

function TimeFilter({ state, label, name }: { state: SearchState; label: string; name: string }): ReactNode {
  const instant = instantIn(state, name);
  const current = instant === undefined ? '' : fieldTextOf(instant);
  const [typed, setTyped] = useState(current);
  const [shown, setShown] = useState(current);
  // The address changed by itself: back, or the filters were cleared.
  if (current !== shown) {
    setShown(current);
    setTyped(current);
  }
  const choose = useDebouncedCallback((text: string) => state.set({ [name]: instantOf(text) }), TYPING_MS);
  return (
    <TextInput
      type="datetime-local"
      label={label}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        choose(event.currentTarget.value);
      }}
      style={{ flex: '0 1 12rem' }}
    />
  );
}

/** Only such; else all. */
export function FlagFilter({
  state,
  label,
  name,
}: {
  state: SearchState;
  label: string;
  name: string;
}): ReactNode {
  return (
    <Checkbox
      label={label}
      checked={isSet(state, name)}
      onChange={(event) => state.set({ [name]: event.currentTarget.checked ? 'true' : undefined })}
      mb={8}
    />
  );
}

export function isSet(state: SearchState, name: string): boolean {
  return state.get(name) === 'true';
}

const NAMED = graphql(`
  query Named($id: ID!) {
    node(id: $id) {
      __typename
      ... on User {
        name
      }
      ... on Group {
        displayName
      }
      ... on ScimToken {
        name
      }
      ... on ServiceToken {
        name
      }
    }
  }
`);

/** One person, group or token that the list is about, as other pages link to it; a press takes it away. */
export function AboutFilter({
  state,
  label,
  name,
}: {
  state: SearchState;
  label: string;
  name: string;
}): ReactNode {
  const id = state.get(name);
  const { data } = useAnswer(NAMED, { id: id ?? '' }, { pause: id === undefined });
  if (id === undefined) return null;
  return (
    <ChosenOne
      label={label}
      text={nameIn(data?.node) ?? words.anyLonger}
      onForget={() => state.set({ [name]: undefined })}
    />
  );
}

/** A filter that stands in the address alone, and how it is taken away. */
export function ChosenOne({
  label,
  text,
  onForget,
}: {
  label: string;
  text: string;
  onForget: () => void;
}): ReactNode {
  return (
    <Button
      variant="light"
      onClick={onForget}
      aria-label={words.showAll(text)}
      rightSection={<span aria-hidden="true">×</span>}
    >
      {label}: <bdi>&nbsp;{text}</bdi>
    </Button>
  );
}

function nameIn(node: object | null | undefined): string | undefined {
  if (node === null || node === undefined) return undefined;
  if ('name' in node && typeof node.name === 'string') return node.name;
  return 'displayName' in node && typeof node.displayName === 'string' ? node.displayName : undefined;
}
