import { createContext, type ReactNode, use } from 'react';
import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Loaded } from '../ui/notices.tsx';

const VIEWER = graphql(`
  query Viewer {
    viewer {
      name
      permissionSets
      rights
      user {
        id
        name
      }
      account {
        id
        slug
        name
        plan
      }
    }
  }
`);

export type Viewer = ResultOf<typeof VIEWER>['viewer'];

const ViewerContext = createContext<Viewer | undefined>(undefined);

/** Asks once who is signed in, before anything else is shown. */
export function WithViewer({ children }: { children: (viewer: Viewer) => ReactNode }): ReactNode {
  const answer = useAnswer(VIEWER, {});
  return (
    <Loaded answer={answer}>
      {({ viewer }) => <ViewerContext value={viewer}>{children(viewer)}</ViewerContext>}
    </Loaded>
  );
}

/** Who is signed in. */
export function useViewer(): Viewer {
  const viewer = use(ViewerContext);
  if (viewer === undefined) throw new Error('A page was shown before anybody was signed in.');
  return viewer;
}

/** Whether they have a right: `people:write`. What they may not do is not shown, or shown locked. */
export function useRight(right: string): boolean {
  return useViewer().rights.includes(right);
}
