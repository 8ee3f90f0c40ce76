import { Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { words } from '../words/common.ts';
import type { SearchState } from './use-search-state.ts';

const TYPING_MS = 300;

/** A row of filters above a list, with a way back to all of it. */
export function Filters({
  state,
  names,
  children,
}: {
  state: SearchState;
  names: readonly string[];
  children: ReactNode;
}): ReactNode {
  const isFiltered = names.some((name) => state.get(name) !== undefined);
  return (
    <Group role="search" gap="sm" mb="md" align="flex-end">
      {children}
      {isFiltered && (
        <Button
          variant="subtle"
          onClick={() => state.set(Object.fromEntries(names.map((name) => [name, undefined])))}
        >
          {words.lists.clearFilters}
        </Button>
      )}
    </Group>
  );
}

export function SearchFilter({
  state,
  label,
  name = 'search',
}: {
  state: SearchState;
  label: string;
  name?: string;
}): ReactNode {
  const current = state.get(name) ?? '';
  const [typed, setTyped] = useState(current);
  const [shown, setShown] = useState(current);
  // The address changed by itself: back, or the filters were cleared.
  if (current !== shown) {
    setShown(current);
    setTyped(current);
  }
  const search = useDebouncedCallback((value: string) => {
    setShown(value);
    state.set({ [name]: value });
  }, TYPING_MS);
  return (
    <TextInput
      type="search"
      label={label}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        search(event.currentTarget.value);
      }}
      style={{ flex: '1 1 14rem' }}
    />
  );
}

export function ChoiceFilter({
  state,
  label,
  name,
  choices,
  isLong = false,
}: {
  state: SearchState;
  label: string;
  name: string;
  /** Values of the API with what they are called. */
  choices: Readonly<Record<string, string>>;
  /** So many that typing finds one sooner. */
  isLong?: boolean;
}): ReactNode {
  return (
    <Select
      label={label}
      placeholder={words.lists.any}
      clearable
      searchable={isLong}
      data={Object.entries(choices).map(([value, name]) => ({ value, label: name }))}
      value={state.get(name) ?? null}
      onChange={(value) => state.set({ [name]: value ?? undefined })}
      style={{ flex: '0 1 12rem' }}
    />
  );
}

/** The choice in the address, where it is one of those that there are. */
export function chosen<Value extends string>(
  state: SearchState,
  name: string,
  choices: Readonly<Record<Value, string>>,
): Value | undefined {
  const value = state.get(name);
  return value !== undefined && isOneOf(value, choices) ? value : undefined;
}

/** Whether it is one of the values that there are. */
export function isOneOf<Value extends string>(
  value: string,
  choices: Readonly<Record<Value, string>>,
): value is Value {
  return Object.hasOwn(choices, value);
}
