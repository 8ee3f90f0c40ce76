import { Anchor, Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { isRouteErrorResponse, Link, useRouteError } from 'react-router';
import { paths } from '../paths.ts';
import { Empty } from '../ui/notices.tsx';
import { words } from '../words/common.ts';

/** For addresses that no page has. */
export function UnknownPage(): ReactNode {
  return (
    <Empty isPage title={words.errors.unknownPage}>
      <p>{words.errors.unknownPageHelp}</p>
      <Anchor component={Link} to={paths.overview}>
        {words.errors.toOverview}
      </Anchor>
    </Empty>
  );
}

/** For things that an address names and the account does not have. */
export function NotThere(): ReactNode {
  return (
    <Empty isPage title={words.errors.notFound}>
      <p>{words.errors.notFoundHelp}</p>
      <Anchor component={Link} to={paths.overview}>
        {words.errors.toOverview}
      </Anchor>
    </Empty>
  );
}

/** Instead of a page that threw, or whose code did not arrive. */
export function PageFailure(): ReactNode {
  const error = useRouteError();
  if (isRouteErrorResponse(error) && error.status === 404) return <UnknownPage />;
  return (
    <Empty isPage title={words.errors.broken}>
      <p>{words.errors.brokenHelp}</p>
      <Button onClick={() => window.location.reload()}>{words.errors.reload}</Button>
    </Empty>
  );
}
