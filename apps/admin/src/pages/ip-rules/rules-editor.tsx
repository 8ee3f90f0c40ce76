import { Button, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { graphql } from '../../api/graphql.ts';
import { useChange } from '../../api/use-change.ts';
import { Badge } from '../../ui/badge.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { words as common } from '../../words/common.ts';
import { ipRuleEffects, words } from '../../words/ip-rules.ts';
import { AddRule } from './add-rule.tsx';
import { PreviewedChange } from './previewed-change.tsx';

const SET = graphql(`
  mutation SetIpRules($input: IpRulesSetInput!) {
    ipRulesSet(input: $input) {
      ... on IpRulesSetPayload {
        # Previews of other changes are looked at anew by it.
        added {
          range
        }
        removed {
          range
        }
        ipRules {
          version
        }
      }
      ... on UserError {
        code
        message
      }
      ... on InvalidInput {
        fields {
          path
          message
        }
      }
      ... on PlanChanged {
        differences
      }
    }
  }
`);

export interface Rule {
  readonly range: string;
  readonly effect: keyof typeof ipRuleEffects;
  readonly note: string | null;
}

/** The rules by hand: changed as a draft, looked at, and set as a whole. */
export function RulesEditor({
  rules,
  ownAddress,
  mayWrite,
  onChanged,
}: {
  rules: readonly Rule[];
  ownAddress: string;
  mayWrite: boolean;
  onChanged: (text: string) => void;
}): ReactNode {
  const [draft, setDraft] = useState<readonly Rule[]>();
  const change = useChange(SET, 'ipRulesSet');
  const edit = (next: readonly Rule[] | undefined): void => {
    change.forget();
    setDraft(next);
  };
  const shown = draft ?? rules;
  const input = { rules: shown.map(({ range, effect, note }) => ({ range, effect, note })) };
  const set = async (previewToken: string): Promise<void> => {
    if ((await change.make({ input: { ...input, previewToken } })) === undefined) return;
    edit(undefined);
    onChanged(words.change.done);
  };
  const columns: readonly Column<Rule>[] = [
    { title: words.hand.columns.range, cell: ({ range }) => range },
    {
      title: words.hand.columns.effect,
      cell: (rule) => <Effect rule={rule} isNew={!rules.some((before) => isSame(before, rule))} />,
    },
    {
      title: words.hand.columns.note,
      cell: ({ note }) => (note === null ? common.none : <bdi>{note}</bdi>),
      isSecondary: true,
    },
    ...(mayWrite
      ? [
          {
            title: words.hand.columns.act,
            cell: (rule: Rule) => (
              <Button
                variant="default"
                size="compact-sm"
                aria-label={words.hand.removeRule(ipRuleEffects[rule.effect], rule.range)}
                onClick={() => edit(shown.filter((other) => other !== rule))}
              >
                {words.hand.remove}
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <Stack gap="md">
      <DataTable
        caption={words.hand.caption}
        columns={columns}
        rows={shown}
        keyOf={({ range, effect }) => `${effect} ${range}`}
        empty={<Text size="sm">{words.hand.empty}</Text>}
      />
      {mayWrite && (
        <AddRule
          taken={shown.map(({ range }) => range)}
          ownAddress={ownAddress}
          onAdd={(rule) => edit([...shown, rule])}
        />
      )}
      {draft !== undefined && (
        <Stack gap="sm" component="section" aria-label={words.change.title}>
          <Title order={3} size="h5">
            {words.change.title}
          </Title>
          <PreviewedChange
            input={input}
            action={words.change.save}
            change={change}
            onApply={(previewToken) => void set(previewToken)}
            onDiscard={() => edit(undefined)}
          />
        </Stack>
      )}
    </Stack>
  );
}

function Effect({ rule: { effect }, isNew }: { rule: Rule; isNew: boolean }): ReactNode {
  return (
    <>
      <Badge tone={effect === 'ALLOW' ? 'good' : 'bad'}>{ipRuleEffects[effect]}</Badge>{' '}
      {isNew && <strong>{words.hand.isNew}</strong>}
    </>
  );
}

function isSame(one: Rule, other: Rule): boolean {
  return one.range === other.range && one.effect === other.effect;
}
