import { Button, Group, Select, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { ipRuleEffects, words } from '../../words/ip-rules.ts';
import type { Rule } from './rules-editor.tsx';

const EFFECTS = (['ALLOW', 'DENY'] as const).map((value) => ({ value, label: ipRuleEffects[value] }));

/** Adds a rule to the draft. Whether it is a range is said by the preview, in the API's own words. */
export function AddRule({
  taken,
  ownAddress,
  onAdd,
}: {
  taken: readonly string[];
  ownAddress: string;
  onAdd: (rule: Rule) => void;
}): ReactNode {
  const [range, setRange] = useState('');
  const [effect, setEffect] = useState<Rule['effect']>('ALLOW');
  const [note, setNote] = useState('');
  const [fault, setFault] = useState<string>();

  const add = (): void => {
    const typed = range.trim();
    if (typed === '') return setFault(words.add.missing);
    if (taken.includes(typed)) return setFault(words.add.twice);
    onAdd({ range: typed, effect, note: note.trim() === '' ? null : note.trim() });
    setRange('');
    setNote('');
    setFault(undefined);
  };

  return (
    <form
      aria-label={words.add.title}
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <Group align="flex-start" gap="sm">
        <TextInput
          label={words.add.range}
          description={words.add.rangeHelp}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={range}
          onChange={(event) => setRange(event.currentTarget.value)}
          error={fault}
          style={{ flex: '2 1 14rem' }}
        />
        <Select
          label={words.add.effect}
          data={EFFECTS}
          value={effect}
          allowDeselect={false}
          onChange={(value) => setEffect(value === 'DENY' ? 'DENY' : 'ALLOW')}
          style={{ flex: '0 1 8rem' }}
        />
        <TextInput
          label={words.add.note}
          maxLength={200}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          style={{ flex: '2 1 12rem' }}
        />
      </Group>
      <Group mt="xs">
        <Button type="submit" variant="default">
          {words.add.action}
        </Button>
        {!taken.some((range) => range === ownAddress || range.startsWith(`${ownAddress}/`)) && (
          <Button
            variant="subtle"
            onClick={() => onAdd({ range: ownAddress, effect: 'ALLOW', note: words.own.note })}
          >
            {words.own.allow}
          </Button>
        )}
      </Group>
    </form>
  );
}
