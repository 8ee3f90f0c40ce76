import { useDocumentVisibility } from '@mantine/hooks';
import type { VariablesOf } from 'gql.tada';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useClient } from 'urql';
import { graphql } from '../../api/graphql.ts';

const NEWS = graphql(`
  query ProvisioningLogNews($after: String, $filter: ProvisioningEventFilter) {
    account {
      provisioningLogNews(after: $after, filter: $filter) {
        cursor
        hasMore
        pollAfterMs
        events {
          id
        }
      }
    }
  }
`);

/** After a question that nobody answered. */
const AGAIN_AFTER_MS = 5_000;

/**
 * Follows the log while `isOn` and while somebody can see the page, and tells of each answer that brings something. The first
 * tells of nothing in particular: what is shown may be old by then. After a pause it goes on where it ended.
 */
export function useLogNews(
  filter: NonNullable<VariablesOf<typeof NEWS>['filter']>,
  isOn: boolean,
  onNews: (ids: readonly string[]) => void,
): { isBroken: boolean } {
  const client = useClient();
  const isFollowing = useDocumentVisibility() === 'visible' && isOn;
  const cursor = useRef<string>(undefined);
  const [isBroken, setIsBroken] = useState(false);
  const askOnce = useEffectEvent(async () => {
    const variables = { after: cursor.current ?? null, filter };
    const { data } = await client.query(NEWS, variables, { requestPolicy: 'network-only' }).toPromise();
    return data?.account.provisioningLogNews ?? undefined;
  });
  const tell = useEffectEvent(onNews);

  useEffect(() => {
    if (!isFollowing) return undefined;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = async (): Promise<void> => {
      const news = await askOnce();
      if (isOver) return;
      setIsBroken(news === undefined);
      if (news !== undefined) {
        const isFirst = cursor.current === undefined;
        cursor.current = news.cursor;
        if (isFirst || news.events.length > 0) tell(news.events.map(({ id }) => id));
      }
      timer = setTimeout(() => void follow(), news?.pollAfterMs ?? AGAIN_AFTER_MS);
    };
    void follow();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [isFollowing]);

  return { isBroken };
}
