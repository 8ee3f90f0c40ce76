import type { ReactNode } from 'react';
import { Link, Outlet, useLocation } from 'react-router';
import { paths } from '../../paths.ts';
import { words } from '../../words/access.ts';
import classes from './access-pages.module.css';

const PAGES = [
  { to: paths.access, name: words.pages.scim, also: `${paths.access}/settings/` },
  { to: paths.guides, name: words.pages.guides },
  { to: paths.signOn, name: words.pages.signOn },
  { to: paths.domains, name: words.pages.domains },
  { to: paths.customSchemas, name: words.pages.customSchemas },
] as const;

/** The pages of this part, side by side. */
export function AccessPages(): ReactNode {
  const { pathname } = useLocation();
  return (
    <>
      <nav aria-label={words.label} className={classes['pages']}>
        {PAGES.map((page) => {
          const isBelow = page.to !== paths.access && pathname.startsWith(`${page.to}/`);
          const isHere =
            pathname === page.to || isBelow || ('also' in page && pathname.startsWith(page.also));
          return (
            <Link
              key={page.to}
              to={page.to}
              className={classes['page']}
              aria-current={isHere ? 'page' : undefined}
            >
              {page.name}
            </Link>
          );
        })}
      </nav>
      <Outlet />
    </>
  );
}
