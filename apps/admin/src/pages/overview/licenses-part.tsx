import { Progress, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useAnswer } from '../../api/use-answer.ts';
import { paths } from '../../paths.ts';
import { Loaded } from '../../ui/notices.tsx';
import { Section } from '../../ui/section.tsx';
import { words as overview } from '../../words/overview.ts';
import { licenseTypes } from '../../words/states.ts';
import { LICENSES } from './queries.ts';
import { Tile, Tiles } from './tiles.tsx';

const words = overview.licenses;

/** Which licenses are used, and how many are left of those that have a limit. */
export function LicensesPart(): ReactNode {
  const answer = useAnswer(LICENSES, {});
  return (
    <Section title={words.title}>
      <Loaded answer={answer}>
        {({ account }) => (
          <Tiles>
            {account.licenses?.usage
              .filter(({ available, used }) => available || used > 0)
              .map(({ licenseType, used, limit }) => (
                <Tile
                  key={licenseType}
                  name={licenseTypes[licenseType]}
                  value={words.used(used)}
                  to={`${paths.people}?license=${licenseType}`}
                >
                  <Left name={licenseTypes[licenseType]} used={used} limit={limit} />
                </Tile>
              ))}
          </Tiles>
        )}
      </Loaded>
    </Section>
  );
}

function Left({ name, used, limit }: { name: string; used: number; limit: number | null }): ReactNode {
  if (limit === null) {
    return (
      <Text size="xs" c="dimmed">
        {words.unlimited}
      </Text>
    );
  }
  return (
    <>
      <Text size="xs" c="dimmed">
        {words.left(limit - used, limit)}
      </Text>
      <Progress
        value={limit === 0 ? 100 : Math.min(100, (used / limit) * 100)}
        color={used >= limit ? 'red' : 'indigo'}
        size="sm"
        mt={4}
        aria-label={words.bar(name)}
      />
    </>
  );
}
