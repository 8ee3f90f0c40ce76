import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { graphql } from '../../api/graphql.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { chosen, ChoiceFilter, Filters, SearchFilter } from '../../ui/filters.tsx';
import { Empty, Loaded } from '../../ui/notices.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Time } from '../../ui/time.tsx';
import { type SearchState, useSearchState } from '../../ui/use-search-state.ts';
import { auditKinds, auditKindText } from '../../words/audit-kinds.ts';
import { words } from '../../words/audit-log.ts';
import { words as common } from '../../words/common.ts';
import { actorKinds, targetKinds, words as logs } from '../../words/logs.ts';
import { ExportLinks } from '../logs/export-links.tsx';
import { instantIn } from '../logs/instants.ts';
import { AboutFilter, ChosenOne, FlagFilter, isSet, TimeFilters } from '../logs/log-filters.tsx';
import classes from '../logs/logs.module.css';
import { type Actor, ActorName, type Target, TargetName } from '../logs/names.tsx';

const PAGE_SIZE = 50;
const FILTERS = [
  'text',
  'kind',
  'by',
  'to',
  'since',
  'until',
  'alerts',
  'actor',
  'target',
  'request',
] as const;

const AUDIT_LOG = graphql(`
  query AuditLog($first: Int, $after: String, $last: Int, $before: String, $filter: AuditEventFilter) {
    account {
      auditEvents(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
        pageInfo {
          hasNextPage
          hasPreviousPage
          startCursor
          endCursor
        }
        edges {
          node {
            id
            at
            kind
            alert
            occurrences
            actor {
              kind
              name
              nodeId
              user {
                id
                name
              }
            }
            target {
              kind
              nodeId
              user {
                id
                name
              }
              group {
                id
                displayName
              }
            }
            request {
              method
              path
            }
          }
        }
      }
    }
  }
`);

interface Event {
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  readonly alert: boolean;
  readonly occurrences: number;
  readonly actor: Actor;
  readonly target: Target;
  readonly request: { readonly method: string; readonly path: string } | null;
}

const COLUMNS: readonly Column<Event>[] = [
  { title: words.columns.event, cell: ({ kind }) => auditKindText(kind) },
  { title: words.columns.target, cell: ({ target }) => <TargetName target={target} /> },
  { title: words.columns.actor, cell: ({ actor }) => <ActorName actor={actor} /> },
  {
    title: words.columns.at,
    cell: ({ at, alert, occurrences }) => (
      <Group gap={6}>
        <Time at={at} />
        {occurrences > 1 && <Text size="xs">{logs.times(occurrences)}</Text>}
        {alert && <Badge tone="bad">{logs.alert}</Badge>}
      </Group>
    ),
  },
  {
    title: words.columns.request,
    cell: ({ request }) =>
      request === null ? (
        common.none
      ) : (
        <span className={classes['path']}>
          {request.method} {lastOf(request.path)}
        </span>
      ),
    isSecondary: true,
  },
];

export function AuditLogPage(): ReactNode {
  const state = useSearchState(PAGE_SIZE);
  const filter = filterIn(state);
  const answer = useAnswer(AUDIT_LOG, { ...state.page, filter });
  const request = state.get('request');
  const isFiltered = FILTERS.some((name) => state.get(name) !== undefined);
  return (
    <>
      <PageHeader
        title={words.title}
        purpose={words.purpose}
        action={<ExportLinks log="audit-events" filter={filter} />}
      />
      <Filters state={state} names={FILTERS}>
        <SearchFilter state={state} label={words.filters.text} name="text" />
        <ChoiceFilter state={state} label={words.filters.kind} name="kind" choices={auditKinds} isLong />
        <ChoiceFilter state={state} label={words.filters.actorKind} name="by" choices={actorKinds} />
        <ChoiceFilter state={state} label={words.filters.targetKind} name="to" choices={targetKinds} />
        <TimeFilters state={state} />
        <FlagFilter state={state} label={words.filters.alerts} name="alerts" />
        <AboutFilter state={state} label={words.filters.actor} name="actor" />
        <AboutFilter state={state} label={words.filters.target} name="target" />
        {request !== undefined && (
          <ChosenOne
            label={words.filters.request}
            text={words.filters.requestId(request)}
            onForget={() => state.set({ request: undefined })}
          />
        )}
      </Filters>
      <Loaded answer={answer}>
        {({ account: { auditEvents } }) =>
          auditEvents !== null && (
            <DataTable
              caption={words.caption}
              columns={COLUMNS}
              rows={auditEvents.edges.map(({ node }) => node)}
              keyOf={({ id }) => id}
              linkOf={({ id }) => paths.auditEvent(id)}
              state={state}
              page={auditEvents.pageInfo}
              empty={
                isFiltered ? (
                  <Empty title={common.lists.nothingMatches} />
                ) : (
                  <Empty title={words.emptyTitle}>{words.empty}</Empty>
                )
              }
            />
          )
        }
      </Loaded>
    </>
  );
}

function filterIn(state: SearchState) {
  const kind = chosen(state, 'kind', auditKinds);
  const actorKind = chosen(state, 'by', actorKinds);
  const text = state.get('text')?.trim();
  return {
    since: instantIn(state, 'since') ?? null,
    until: instantIn(state, 'until') ?? null,
    kinds: kind === undefined ? null : [kind],
    actorKinds: actorKind === undefined ? null : [actorKind],
    actor: state.get('actor') ?? null,
    targetKind: chosen(state, 'to', targetKinds) ?? null,
    target: state.get('target') ?? null,
    alertsOnly: isSet(state, 'alerts') ? true : null,
    requestId: state.get('request') ?? null,
    text: text === undefined || text === '' ? null : text,
  };
}

/** What a path ends with: that tells requests apart. */
function lastOf(path: string): string {
  const [, end] = /(\/[^/]*)$/u.exec(path) ?? [];
  return end ?? path;
}
