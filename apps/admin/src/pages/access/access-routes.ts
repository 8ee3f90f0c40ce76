import type { RouteObject } from 'react-router';
import { paths } from '../../paths.ts';

/** Everything about how people come in: by provisioning, by signing in. Each page has a place of its own. */
export const accessRoutes: RouteObject = {
  path: paths.access,
  lazy: async () => ({ Component: (await import('./access-pages.tsx')).AccessPages }),
  children: [
    {
      index: true,
      lazy: async () => ({ Component: (await import('./scim/scim-page.tsx')).ScimPage }),
    },
    {
      path: `${paths.access}/settings/:setting`,
      lazy: async () => ({ Component: (await import('./scim/setting-page.tsx')).SettingPage }),
    },
    {
      path: paths.guides,
      lazy: async () => ({ Component: (await import('./guides/guides-page.tsx')).GuidesPage }),
    },
    {
      path: `${paths.guides}/:client`,
      lazy: async () => ({ Component: (await import('./guides/guide-page.tsx')).GuidePage }),
    },
    {
      path: paths.signOn,
      lazy: async () => ({ Component: (await import('./sign-on/sign-on-page.tsx')).SignOnPage }),
    },
    {
      path: paths.domains,
      lazy: async () => ({ Component: (await import('./domains/domains-page.tsx')).DomainsPage }),
    },
    {
      path: paths.customSchemas,
      lazy: async () => ({
        Component: (await import('./custom-schemas/custom-schemas-page.tsx')).CustomSchemasPage,
      }),
    },
    {
      path: paths.newCustomSchema,
      lazy: async () => ({
        Component: (await import('./custom-schemas/new-custom-schema-page.tsx')).NewCustomSchemaPage,
      }),
    },
    {
      path: `${paths.customSchemas}/:id`,
      lazy: async () => ({
        Component: (await import('./custom-schemas/custom-schema-page.tsx')).CustomSchemaPage,
      }),
    },
  ],
};
