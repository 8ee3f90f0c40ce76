import { TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { faultOf, type Refusal } from '../../../api/use-change.ts';
import { words } from '../../../words/scim-tokens.ts';

/** The last day of a token, empty for none; a refusal of its `input.expiresAt` stands under it. */
export function LastDayField({
  day,
  refusal,
  onChange,
}: {
  day: string;
  refusal: Refusal | undefined;
  onChange: (day: string) => void;
}): ReactNode {
  return (
    <TextInput
      type="date"
      label={words.expires}
      description={words.expiresHelp}
      value={day}
      min={today()}
      error={faultOf(refusal, 'input.expiresAt')}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** The end of a day that was picked, here; undefined where none was. */
export function endOfDay(day: string): string | undefined {
  return day === '' ? undefined : new Date(`${day}T23:59:59`).toISOString();
}

/** Today as a date field writes it. */
function today(): string {
  const now = new Date();
  const [month, day] = [now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${now.getFullYear()}-${month}-${day}`;
}
