import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { graphql } from '../../api/graphql.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { useRight } from '../../frame/viewer.tsx';
import { paths } from '../../paths.ts';
import { Lines } from '../../ui/lines.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Empty, Loaded, Notice } from '../../ui/notices.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Time } from '../../ui/time.tsx';
import { useSearchState } from '../../ui/use-search-state.ts';
import { words as log } from '../../words/provisioning-log.ts';

const PAGE_SIZE = 50;
const words = log.rejected;

const REJECTED = graphql(`
  query RejectedRequests($first: Int, $after: String, $last: Int, $before: String) {
    account {
      rejectedRequests(first: $first, after: $after, last: $last, before: $before) {
        totalCount
        pageInfo {
          hasNextPage
          hasPreviousPage
          startCursor
          endCursor
        }
        edges {
          node {
            hour
            address
            amount
          }
        }
      }
    }
  }
`);

interface Rejected {
  readonly hour: string;
  readonly address: string;
  readonly amount: number;
}

const COLUMNS: readonly Column<Rejected>[] = [
  { title: words.columns.hour, cell: ({ hour }) => <Time at={hour} /> },
  { title: words.columns.address, cell: ({ address }) => address },
  { title: words.columns.amount, cell: ({ amount }) => amount.toLocaleString('en') },
];

/** All that is known of whoever came without a valid token. */
export function RejectedRequestsPage(): ReactNode {
  const state = useSearchState(PAGE_SIZE);
  const answer = useAnswer(REJECTED, state.page);
  return (
    <>
      <Anchor component={Link} to={paths.provisioningLog} size="sm">
        {log.title}
      </Anchor>
      <PageHeader title={words.title} purpose={words.purpose} />
      <Loaded answer={answer}>
        {({ account: { rejectedRequests } }) =>
          rejectedRequests !== null && (
            <>
              {rejectedRequests.edges.length > 0 && <TokenAdvice />}
              <DataTable
                caption={words.caption}
                columns={COLUMNS}
                rows={rejectedRequests.edges.map(({ node }) => node)}
                keyOf={({ hour, address }) => `${hour} ${address}`}
                state={state}
                page={rejectedRequests.pageInfo}
                total={rejectedRequests.totalCount}
                empty={<Empty title={words.emptyTitle}>{words.empty}</Empty>}
              />
            </>
          )
        }
      </Loaded>
    </>
  );
}

function TokenAdvice(): ReactNode {
  const maySeeTokens = useRight('scim_tokens:read');
  return (
    <Notice title={words.adviceTitle}>
      <Lines>
        {words.advice.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </Lines>
      {maySeeTokens && (
        <Anchor component={Link} to={paths.access} size="sm" underline="always">
          {log.toAccess}
        </Anchor>
      )}
    </Notice>
  );
}
