import { Stack, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Badge } from '../../ui/badge.tsx';
import { words as common } from '../../words/common.ts';
import { words } from '../../words/licenses.ts';
import { licenseTypes } from '../../words/states.ts';
import classes from './precedence.module.css';

const { names, cases } = words.rules;

type Case = keyof typeof cases;

const ORDERS: Readonly<Record<Case, readonly (keyof typeof names)[]>> = {
  managed: ['attribute', 'mapping', 'manual', 'held', 'default'],
  managedOn: ['attribute', 'held', 'default'],
  unmanaged: ['mapping', 'manual', 'held', 'default'],
  unmanagedOn: ['manual', 'held', 'default'],
  off: ['mapping', 'manual', 'held', 'default'],
};

const CASES: readonly Case[] = ['managed', 'managedOn', 'unmanaged', 'unmanagedOn', 'off'];

/** Which rules decide a license, those of the account's settings marked. Unknown settings mark none. */
export function DecidingRules({
  settings,
}: {
  settings: { enabled: boolean; manageLicenses: boolean } | null;
}): ReactNode {
  const inForce = casesInForce(settings);
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        {words.rules.title}
      </Title>
      <Text size="sm">{words.rules.help}</Text>
      <Table captionSide="top" verticalSpacing={6} className={classes['table']}>
        <Table.Caption className={classes['caption']}>{words.rules.caption}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{words.rules.columns.whose}</Table.Th>
            <Table.Th>{words.rules.columns.order}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {CASES.map((name) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" fw={400}>
                {cases[name]} {inForce.includes(name) && <Badge tone="good">{words.rules.inForce}</Badge>}
              </Table.Th>
              <Table.Td>
                <ol className={classes['order']}>
                  {ORDERS[name].map((rule) => (
                    <li key={rule}>{names[rule]}</li>
                  ))}
                </ol>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}

function casesInForce(settings: { enabled: boolean; manageLicenses: boolean } | null): readonly Case[] {
  if (settings === null) return [];
  if (!settings.enabled) return ['off'];
  return settings.manageLicenses ? ['managedOn', 'unmanagedOn'] : ['managed', 'unmanaged'];
}

/** What mappings of two types give together, with the account's own default. */
export function MappingPrecedence({ fallback }: { fallback: keyof typeof licenseTypes }): ReactNode {
  const { title, help, caption, columns, byDefault } = words.precedence;
  const rows = [
    [false, false, byDefault(licenseTypes[fallback])],
    [false, true, licenseTypes.READ_ONLY],
    [true, false, licenseTypes.DEVELOPER],
    [true, true, licenseTypes.DEVELOPER],
  ] as const;
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        {title}
      </Title>
      <Text size="sm">{help}</Text>
      <Table captionSide="top" verticalSpacing={6} className={classes['table']}>
        <Table.Caption className={classes['caption']}>{caption}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{columns.developer}</Table.Th>
            <Table.Th>{columns.readOnly}</Table.Th>
            <Table.Th>{columns.gives}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(([developer, readOnly, gives]) => (
            <Table.Tr key={`${developer} ${readOnly}`}>
              <Table.Td>{developer ? common.yes : common.no}</Table.Td>
              <Table.Td>{readOnly ? common.yes : common.no}</Table.Td>
              <Table.Td>{gives}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
