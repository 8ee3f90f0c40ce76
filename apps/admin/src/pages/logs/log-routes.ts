import type { RouteObject } from 'react-router';
import { paths } from '../../paths.ts';

/** The logs, and the overview of what they tell. */
export const logRoutes: RouteObject[] = [
  {
    index: true,
    lazy: async () => ({ Component: (await import('../overview/overview-page.tsx')).OverviewPage }),
  },
  {
    path: paths.provisioningLog,
    lazy: async () => ({
      Component: (await import('../provisioning-log/provisioning-log-page.tsx')).ProvisioningLogPage,
    }),
  },
  {
    path: paths.rejectedRequests,
    lazy: async () => ({
      Component: (await import('../provisioning-log/rejected-requests-page.tsx')).RejectedRequestsPage,
    }),
  },
  {
    path: `${paths.provisioningLog}/:id`,
    lazy: async () => ({
      Component: (await import('../provisioning-log/provisioning-event-page.tsx')).ProvisioningEventPage,
    }),
  },
  {
    path: paths.auditLog,
    lazy: async () => ({ Component: (await import('../audit-log/audit-log-page.tsx')).AuditLogPage }),
  },
  {
    path: `${paths.auditLog}/:id`,
    lazy: async () => ({ Component: (await import('../audit-log/audit-event-page.tsx')).AuditEventPage }),
  },
];
