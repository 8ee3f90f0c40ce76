import { Anchor, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { graphql } from '../../api/graphql.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { useRight } from '../../frame/viewer.tsx';
import { paths } from '../../paths.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { chosen, ChoiceFilter, Filters, SearchFilter } from '../../ui/filters.tsx';
import { Empty, Loaded } from '../../ui/notices.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { type SearchState, useSearchState } from '../../ui/use-search-state.ts';
import { words as common } from '../../words/common.ts';
import { words as logs } from '../../words/logs.ts';
import { words } from '../../words/provisioning-log.ts';
import { ExportLinks } from '../logs/export-links.tsx';
import { instantIn } from '../logs/instants.ts';
import { AboutFilter, FlagFilter, isSet, TimeFilters } from '../logs/log-filters.tsx';
import { LiveSwitch } from './live-switch.tsx';
import { useLogNews } from './log-news.ts';
import { columnsOf } from './request-columns.tsx';

const PAGE_SIZE = 50;
const FILTERS = ['text', 'class', 'method', 'type', 'since', 'until', 'failed', 'user', 'group'] as const;

const PROVISIONING_LOG = graphql(`
  query ProvisioningLog(
    $first: Int
    $after: String
    $last: Int
    $before: String
    $filter: ProvisioningEventFilter
  ) {
    account {
      provisioningEvents(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
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
            method
            path
            status
            scimType
            errorDetail
            durationMs
            reading {
              leniency
            }
            user {
              id
              name
            }
            group {
              id
              displayName
            }
          }
        }
      }
    }
  }
`);

export function ProvisioningLogPage(): ReactNode {
  const state = useSearchState(PAGE_SIZE);
  const filter = filterIn(state);
  const answer = useAnswer(PROVISIONING_LOG, { ...state.page, filter });
  const [isOn, setIsOn] = useState(true);
  const [news, setNews] = useState<ReadonlySet<string>>(new Set());
  const isOnFirstPage = state.page.after === undefined && state.page.before === undefined;
  const { isBroken } = useLogNews(filter, isOn && isOnFirstPage, (ids) => {
    setNews((known) => new Set([...known, ...ids]));
    answer.askAgain();
  });
  const isFiltered = FILTERS.some((name) => state.get(name) !== undefined);
  return (
    <>
      <PageHeader
        title={words.title}
        purpose={words.purpose}
        action={<ExportLinks log="provisioning-events" filter={filter} />}
      />
      <Filters state={state} names={FILTERS}>
        <SearchFilter state={state} label={words.filters.text} name="text" />
        <ChoiceFilter
          state={state}
          label={words.filters.statusClass}
          name="class"
          choices={words.statusClasses}
        />
        <ChoiceFilter state={state} label={words.filters.method} name="method" choices={words.methods} />
        <ChoiceFilter
          state={state}
          label={words.filters.resourceType}
          name="type"
          choices={words.resourceTypes}
        />
        <TimeFilters state={state} />
        <FlagFilter state={state} label={words.filters.failed} name="failed" />
        <AboutFilter state={state} label={logs.about} name="user" />
        <AboutFilter state={state} label={logs.about} name="group" />
      </Filters>
      <LiveSwitch
        isOn={isOn}
        isOnFirstPage={isOnFirstPage}
        isBroken={isBroken}
        news={news.size}
        onChange={setIsOn}
      />
      <Loaded answer={answer}>
        {({ account: { provisioningEvents } }) =>
          provisioningEvents !== null && (
            <DataTable
              caption={words.caption}
              columns={columnsOf(news)}
              rows={provisioningEvents.edges.map(({ node }) => node)}
              keyOf={({ id }) => id}
              linkOf={({ id }) => paths.provisioningEvent(id)}
              state={state}
              page={provisioningEvents.pageInfo}
              empty={isFiltered ? <Empty title={common.lists.nothingMatches} /> : <NoRequests />}
            />
          )
        }
      </Loaded>
      <Text size="sm" c="dimmed" mt="lg">
        {words.toRejected}{' '}
        <Anchor component={Link} to={paths.rejectedRequests} size="sm" underline="always">
          {words.toRejectedLink}
        </Anchor>
      </Text>
    </>
  );
}

function NoRequests(): ReactNode {
  const maySetUp = useRight('settings:read');
  return (
    <Empty title={words.emptyTitle}>
      <p>{words.empty}</p>
      {maySetUp && (
        <Anchor component={Link} to={paths.access} underline="always">
          {words.toAccess}
        </Anchor>
      )}
    </Empty>
  );
}

function filterIn(state: SearchState) {
  const method = chosen(state, 'method', words.methods);
  const text = state.get('text')?.trim();
  return {
    since: instantIn(state, 'since') ?? null,
    until: instantIn(state, 'until') ?? null,
    statusClass: chosen(state, 'class', words.statusClasses) ?? null,
    methods: method === undefined ? null : [method],
    resourceType: chosen(state, 'type', words.resourceTypes) ?? null,
    failedOnly: isSet(state, 'failed') ? true : null,
    user: state.get('user') ?? null,
    group: state.get('group') ?? null,
    text: text === undefined || text === '' ? null : text,
  };
}
