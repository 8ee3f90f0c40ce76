import { createBrowserRouter, type RouteObject } from 'react-router';
import { Frame } from './frame/frame.tsx';
import { PageFailure, UnknownPage } from './frame/page-failure.tsx';
import { accessRoutes } from './pages/access/access-routes.ts';
import { logRoutes } from './pages/logs/log-routes.ts';
import { paths } from './paths.ts';

/** Every page. The code of each is loaded when it is gone to. */
export const routes: RouteObject[] = [
  {
    element: <Frame />,
    // While the code of the first page is on its way, the place is empty.
    hydrateFallbackElement: <></>,
    errorElement: <PageFailure />,
    children: [
      {
        errorElement: <PageFailure />,
        children: [
          ...logRoutes,
          {
            path: paths.people,
            lazy: async () => ({ Component: (await import('./pages/people/people-page.tsx')).PeoplePage }),
          },
          {
            path: `${paths.people}/:id`,
            lazy: async () => ({
              Component: (await import('./pages/people/person/person-page.tsx')).PersonPage,
            }),
          },
          {
            path: paths.groups,
            lazy: async () => ({ Component: (await import('./pages/groups/groups-page.tsx')).GroupsPage }),
          },
          {
            path: `${paths.groups}/:id`,
            lazy: async () => ({
              Component: (await import('./pages/groups/group/group-page.tsx')).GroupPage,
            }),
          },
          {
            path: paths.invitations,
            lazy: async () => ({
              Component: (await import('./pages/invitations/invitations-page.tsx')).InvitationsPage,
            }),
          },
          {
            path: paths.defaultGroups,
            lazy: async () => ({
              Component: (await import('./pages/default-groups/default-groups-page.tsx')).DefaultGroupsPage,
            }),
          },
          {
            path: '/default-groups/cleanups/:id',
            lazy: async () => ({
              Component: (await import('./pages/default-groups/cleanup-page.tsx')).CleanupPage,
            }),
          },
          {
            path: paths.licenses,
            lazy: async () => ({
              Component: (await import('./pages/licenses/licenses-page.tsx')).LicensesPage,
            }),
          },
          {
            path: paths.ipRules,
            lazy: async () => ({
              Component: (await import('./pages/ip-rules/ip-rules-page.tsx')).IpRulesPage,
            }),
          },
          {
            path: paths.serviceTokens,
            lazy: async () => ({
              Component: (await import('./pages/service-tokens/service-tokens-page.tsx')).ServiceTokensPage,
            }),
          },
          {
            path: paths.jobs,
            lazy: async () => ({ Component: (await import('./pages/jobs/jobs-page.tsx')).JobsPage }),
          },
          accessRoutes,
          { path: '*', element: <UnknownPage /> },
        ],
      },
    ],
  },
];

export function openRouter(): ReturnType<typeof createBrowserRouter> {
  return createBrowserRouter(routes);
}
