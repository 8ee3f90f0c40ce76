import { Button, Group, Table, Text, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { words } from '../words/common.ts';
import classes from './data-table.module.css';
import type { SearchState } from './use-search-state.ts';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** The value of `sort` in the address that orders by this column. */
  readonly sort?: string;
  /** Left out on narrow screens. */
  readonly isSecondary?: boolean;
}

export interface TablePage {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

/**
 * A list as a table. The first column names the row and leads to it. Sorted and paged by the server; what is chosen stands in
 * the address.
 */
export function DataTable<Row>({
  caption,
  columns,
  rows,
  keyOf,
  linkOf,
  empty,
  state,
  page,
  total,
}: {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  linkOf?: (row: Row) => string;
  empty: ReactNode;
  state?: SearchState;
  page?: TablePage;
  total?: number | null;
}): ReactNode {
  if (rows.length === 0) return empty;
  return (
    <>
      <Table.ScrollContainer minWidth={0} type="native">
        <Table captionSide="top" highlightOnHover verticalSpacing={6} className={classes['table']}>
          <Table.Caption className={classes['caption']}>{caption}</Table.Caption>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Heading key={column.title} column={column} state={state} />
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={keyOf(row)}>
                {columns.map((column, index) => (
                  <Table.Td key={column.title} data-secondary={column.isSecondary}>
                    {index === 0 && linkOf !== undefined ? (
                      <Link to={linkOf(row)} className={classes['link']}>
                        {column.cell(row)}
                      </Link>
                    ) : (
                      column.cell(row)
                    )}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {page !== undefined && state !== undefined && (
        <Pager of={caption} page={page} state={state} total={total} />
      )}
    </>
  );
}

function Heading<Row>({
  column: { title, sort, isSecondary },
  state,
}: {
  column: Column<Row>;
  state: SearchState | undefined;
}): ReactNode {
  if (sort === undefined || state === undefined) {
    return <Table.Th data-secondary={isSecondary}>{title}</Table.Th>;
  }
  const chosen = state.get('sort') === sort;
  const isDescending = chosen && state.get('order') === 'desc';
  const order = isDescending ? 'descending' : 'ascending';
  return (
    <Table.Th data-secondary={isSecondary} aria-sort={chosen ? order : 'none'}>
      <UnstyledButton
        fw="bold"
        fz="sm"
        aria-label={words.lists.sortBy(title)}
        onClick={() => state.set({ sort, order: chosen && !isDescending ? 'desc' : undefined })}
      >
        {title} <span aria-hidden="true">{chosen ? (isDescending ? '↓' : '↑') : '↕'}</span>
      </UnstyledButton>
    </Table.Th>
  );
}

function Pager({
  of,
  page,
  state,
  total,
}: {
  /** Tells it from that of another list of the page. */
  of: string;
  page: TablePage;
  state: SearchState;
  total: number | null | undefined;
}): ReactNode {
  const { hasPreviousPage, hasNextPage, startCursor, endCursor } = page;
  return (
    <Group justify="space-between" mt="sm" component="nav" aria-label={words.lists.pagesOf(of)}>
      <Text size="sm" c="dimmed">
        {typeof total === 'number' ? words.lists.total(total) : ''}
      </Text>
      {(hasPreviousPage || hasNextPage) && (
        <Group gap="xs">
          <Button
            variant="default"
            size="xs"
            disabled={!hasPreviousPage || startCursor === null}
            onClick={() => startCursor !== null && state.goTo({ before: startCursor })}
          >
            {words.lists.previous}
          </Button>
          <Button
            variant="default"
            size="xs"
            disabled={!hasNextPage || endCursor === null}
            onClick={() => endCursor !== null && state.goTo({ after: endCursor })}
          >
            {words.lists.next}
          </Button>
        </Group>
      )}
    </Group>
  );
}
