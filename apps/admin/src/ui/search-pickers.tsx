import { MultiSelect, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import type { Choice, Finder } from '../api/finders.ts';

const TYPING_MS = 250;

interface Picker {
  readonly label: string;
  readonly useFound: Finder;
  readonly error?: string | undefined;
  readonly nothing: string;
}

/** One thing out of a list that is too long to be shown. */
export function SearchSelect({
  chosen,
  onChoose,
  label,
  useFound,
  error,
  nothing,
}: Picker & { chosen: Choice | undefined; onChoose: (choice: Choice | undefined) => void }): ReactNode {
  const [typed, setTyped] = useState('');
  const [asked] = useDebouncedValue(typed, TYPING_MS);
  const found = useFound(asked === chosen?.label ? '' : asked);
  const choices = withChosen(found, chosen === undefined ? [] : [chosen]);
  return (
    <Select
      label={label}
      error={error}
      searchable
      clearable
      data={choices}
      filter={({ options }) => options}
      searchValue={typed}
      onSearchChange={setTyped}
      value={chosen?.value ?? null}
      onChange={(value) => onChoose(choices.find((choice) => choice.value === value))}
      nothingFoundMessage={nothing}
    />
  );
}

/** Several of them. */
export function SearchMultiSelect({
  chosen,
  onChoose,
  label,
  useFound,
  error,
  nothing,
}: Picker & { chosen: readonly Choice[]; onChoose: (choices: readonly Choice[]) => void }): ReactNode {
  const [typed, setTyped] = useState('');
  const [asked] = useDebouncedValue(typed, TYPING_MS);
  const found = useFound(asked);
  const choices = withChosen(found, chosen);
  return (
    <MultiSelect
      label={label}
      error={error}
      searchable
      data={choices}
      filter={({ options }) => options}
      searchValue={typed}
      onSearchChange={setTyped}
      value={chosen.map(({ value }) => value)}
      onChange={(values) => onChoose(choices.filter(({ value }) => values.includes(value)))}
      nothingFoundMessage={nothing}
    />
  );
}

/** What is chosen keeps its name when a later search does not find it. */
function withChosen(found: readonly Choice[], chosen: readonly Choice[]): Choice[] {
  const missing = chosen.filter(({ value }) => found.every((choice) => choice.value !== value));
  return [...missing, ...found];
}
