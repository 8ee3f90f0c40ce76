import type { ReactNode } from 'react';
import { useViewer } from '../../frame/viewer.tsx';
import { Empty } from '../../ui/notices.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { words } from '../../words/overview.ts';
import { AttentionPart } from './attention-part.tsx';
import { HealthPart } from './health-part.tsx';
import { LicensesPart } from './licenses-part.tsx';
import { PeoplePart } from './people-part.tsx';

/** How the account is doing, as far as the viewer may know. */
export function OverviewPage(): ReactNode {
  const { rights, account } = useViewer();
  const may = (right: string) => rights.includes(right);
  return (
    <>
      <PageHeader title={words.title} purpose={<bdi>{words.purpose(account.name)}</bdi>} />
      {rights.length === 0 && <Empty title={words.nothing}>{words.nothingHelp}</Empty>}
      {rights.length > 0 && <AttentionPart />}
      {may('logs:read') && may('settings:read') && <HealthPart />}
      {may('people:read') && <PeoplePart />}
      {may('licenses:read') && <LicensesPart />}
    </>
  );
}
