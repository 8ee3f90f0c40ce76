import {
  Anchor,
  AppShell,
  Box,
  Burger,
  Button,
  Group,
  NavLink,
  Stack,
  Text,
  useMantineColorScheme,
  useComputedColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type ReactNode, Suspense } from 'react';
import { Link, Outlet, useLocation } from 'react-router';
import { signOut } from '../api/sign-out.ts';
import { paths } from '../paths.ts';
import { words } from '../words/common.ts';
import classes from './frame.module.css';
import { type Viewer, WithViewer } from './viewer.tsx';

const NAV_WIDTH = 232;

/** In the order of the work; between the parts a line. */
const PARTS: readonly (readonly { to: string; name: string; right?: string }[])[] = [
  [
    { to: paths.overview, name: words.nav.overview },
    { to: paths.people, name: words.nav.people, right: 'people:read' },
    { to: paths.groups, name: words.nav.groups, right: 'people:read' },
    { to: paths.defaultGroups, name: words.nav.defaultGroups, right: 'people:read' },
    { to: paths.licenses, name: words.nav.licenses, right: 'licenses:read' },
    { to: paths.invitations, name: words.nav.invitations, right: 'people:read' },
  ],
  [
    { to: paths.access, name: words.nav.access, right: 'settings:read' },
    { to: paths.provisioningLog, name: words.nav.provisioningLog, right: 'logs:read' },
    { to: paths.auditLog, name: words.nav.auditLog, right: 'logs:read' },
  ],
  [
    { to: paths.ipRules, name: words.nav.ipRules, right: 'ip_rules:read' },
    { to: paths.serviceTokens, name: words.nav.serviceTokens, right: 'service_tokens:read' },
    { to: paths.jobs, name: words.nav.jobs, right: 'people:read' },
  ],
];

/** What is around every page: where one can go, whose account it is, who is signed in. */
export function Frame(): ReactNode {
  const [isOpen, { toggle, close }] = useDisclosure();
  return (
    <WithViewer>
      {(viewer) => (
        <AppShell
          header={{ height: 52, collapsed: false }}
          navbar={{ width: NAV_WIDTH, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
          padding="lg"
        >
          <AppShell.Header className={classes['header']}>
            <a href="#page" className={classes['skip']}>
              {words.nav.skip}
            </a>
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={words.nav.open}
              aria-expanded={isOpen}
            />
            <Anchor component={Link} to={paths.overview} underline="never" c="inherit" fw={700}>
              {words.product}
            </Anchor>
            <Text truncate c="dimmed" style={{ minWidth: 0 }}>
              {viewer.account.name}
            </Text>
            <Box flex={1} />
            <ThemeButton />
          </AppShell.Header>
          <AppShell.Navbar p="sm">
            <Navigation viewer={viewer} onGo={close} />
          </AppShell.Navbar>
          <AppShell.Main id="page" tabIndex={-1} className={classes['page']}>
            <Suspense>
              <Outlet />
            </Suspense>
          </AppShell.Main>
        </AppShell>
      )}
    </WithViewer>
  );
}

function Navigation({ viewer, onGo }: { viewer: Viewer; onGo: () => void }): ReactNode {
  const { pathname } = useLocation();
  return (
    <>
      <nav aria-label={words.nav.label} className={classes['nav']}>
        {PARTS.map((links) => (
          <div key={links[0]?.to} className={classes['part']}>
            {links
              .filter(({ right }) => right === undefined || viewer.rights.includes(right))
              .map(({ to, name }) => {
                const isHere =
                  to === '/' ? pathname === '/' : pathname === to || pathname.startsWith(`${to}/`);
                return (
                  <NavLink
                    key={to}
                    component={Link}
                    to={to}
                    label={name}
                    active={isHere}
                    aria-current={isHere ? 'page' : undefined}
                    onClick={onGo}
                  />
                );
              })}
          </div>
        ))}
      </nav>
      <Stack gap="xs" className={classes['person']}>
        <SignedIn viewer={viewer} onGo={onGo} />
        <Button variant="default" size="xs" onClick={() => void signOut()}>
          {words.nav.signOut}
        </Button>
      </Stack>
    </>
  );
}

/** Everybody may look at themselves. */
function SignedIn({ viewer, onGo }: { viewer: Viewer; onGo: () => void }): ReactNode {
  const text = words.nav.signedInAs(viewer.user?.name ?? viewer.name);
  if (viewer.user === null) return <Text size="sm">{text}</Text>;
  return (
    <Anchor
      component={Link}
      to={paths.person(viewer.user.id)}
      onClick={onGo}
      size="sm"
      c="inherit"
      style={{ overflowWrap: 'anywhere' }}
    >
      {text}
    </Anchor>
  );
}

function ThemeButton(): ReactNode {
  const { setColorScheme } = useMantineColorScheme();
  const current = useComputedColorScheme('light');
  const other = current === 'dark' ? 'light' : 'dark';
  return (
    <Group>
      <Button variant="subtle" size="compact-sm" onClick={() => setColorScheme(other)}>
        {words.nav.theme[other]}
      </Button>
    </Group>
  );
}
