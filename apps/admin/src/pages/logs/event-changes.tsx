import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Json } from '../../api/graphql.ts';
import { words } from '../../words/logs.ts';
import classes from './logs.module.css';

export interface EventChange {
  readonly field: string;
  readonly before: Json;
  readonly after: Json;
}

/** Field by field, as it was and as it became. */
export function EventChanges({
  what,
  changes,
}: {
  what: string;
  changes: readonly EventChange[];
}): ReactNode {
  return (
    <Table.ScrollContainer minWidth={0} type="native">
      <Table captionSide="top" verticalSpacing={4} className={classes['changes']}>
        <Table.Caption className={classes['hiddenCaption']}>{words.changes.caption(what)}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{words.changes.field}</Table.Th>
            <Table.Th>{words.changes.before}</Table.Th>
            <Table.Th>{words.changes.after}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {changes.map(({ field, before, after }) => (
            <Table.Tr key={field}>
              <Table.Td>{field}</Table.Td>
              <Table.Td>
                <bdi>{valueText(before)}</bdi>
              </Table.Td>
              <Table.Td>
                <bdi>{valueText(after)}</bdi>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function valueText(value: Json): string {
  if (value === null) return words.changes.nothing;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
