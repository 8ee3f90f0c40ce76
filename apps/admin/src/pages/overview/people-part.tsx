import type { ReactNode } from 'react';
import { useAnswer } from '../../api/use-answer.ts';
import { paths } from '../../paths.ts';
import { Loaded } from '../../ui/notices.tsx';
import { Section } from '../../ui/section.tsx';
import { words } from '../../words/overview.ts';
import { userStates } from '../../words/states.ts';
import { PEOPLE } from './queries.ts';
import { Tile, Tiles } from './tiles.tsx';

/** How many people there are in each state. */
export function PeoplePart(): ReactNode {
  const answer = useAnswer(PEOPLE, {});
  return (
    <Section title={words.people.title}>
      <Loaded answer={answer}>
        {({ account }) => (
          <Tiles>
            {account.peopleByState?.map(({ state, people }) => (
              <Tile
                key={state}
                name={userStates[state]}
                value={people.toLocaleString('en')}
                to={`${paths.people}?state=${state}`}
              />
            ))}
          </Tiles>
        )}
      </Loaded>
    </Section>
  );
}
