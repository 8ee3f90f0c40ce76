import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useViewer } from '../../frame/viewer.tsx';
import { paths } from '../../paths.ts';
import { Lines } from '../../ui/lines.tsx';
import { Notice } from '../../ui/notices.tsx';
import { type AdviceName, words } from '../../words/advice.ts';

type Place = keyof typeof words.links;

const ADDRESSES: Record<Place, { to: string; right: string }> = {
  access: { to: paths.access, right: 'settings:read' },
  licenses: { to: paths.licenses, right: 'licenses:read' },
  people: { to: paths.people, right: 'people:read' },
  groups: { to: paths.groups, right: 'people:read' },
  ipRules: { to: paths.ipRules, right: 'ip_rules:read' },
  invitations: { to: paths.invitations, right: 'people:read' },
};

/** Where in Rollcall something can be done about it. */
const PLACES: Partial<Record<AdviceName, Place>> = {
  noFreeSeat: 'licenses',
  licenseTypeUnavailable: 'licenses',
  userNameTaken: 'people',
  groupNameTaken: 'groups',
  unknownMembers: 'people',
  unlicensedMembers: 'invitations',
  lastAdministrator: 'groups',
  scimOff: 'access',
  addressRefused: 'ipRules',
  strictDialects: 'access',
  unknownAttribute: 'access',
};

/** Nothing that a person has to do follows from these: the client goes on by itself. */
const BY_ITSELF: ReadonlySet<AdviceName> = new Set([
  'busy',
  'changedMeanwhile',
  'staleCursor',
  'notOffered',
  'gone',
]);

export function AdviceNotice({ name }: { name: AdviceName }): ReactNode {
  const { rights } = useViewer();
  const { title, steps } = words.advice[name];
  const place = PLACES[name];
  return (
    <Notice kind={BY_ITSELF.has(name) ? 'info' : 'warning'} title={title}>
      <Lines>
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
        {!BY_ITSELF.has(name) && <li>{words.retry}</li>}
      </Lines>
      {place !== undefined && rights.includes(ADDRESSES[place].right) && (
        <Anchor component={Link} to={ADDRESSES[place].to} size="sm" underline="always">
          {words.links[place]}
        </Anchor>
      )}
    </Notice>
  );
}
