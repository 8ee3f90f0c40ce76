import { Button, Group, SimpleGrid, Stack, Text, Textarea, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { Lines } from '../../ui/lines.tsx';
import { words } from '../../words/licenses.ts';
import { licenseTypes } from '../../words/states.ts';
import { changesIn, type Draft, draftOf, type LicenseType, type Mapping, TYPES } from './mappings.ts';
import { WhatIf } from './what-if.tsx';

const TYPING_MS = 400;

/** Edits all mappings at once, and shows what they would change before they are set. */
export function MappingEditor({
  mappings,
  available,
  onApplied,
}: {
  mappings: readonly Mapping[];
  available: readonly LicenseType[];
  /** With what to tell. */
  onApplied: (text: string) => void;
}): ReactNode {
  const [draft, setDraft] = useState<Draft>();
  const [settled] = useDebouncedValue(draft, TYPING_MS);
  const shown = draft ?? draftOf(mappings);
  const changes = settled === undefined ? undefined : changesIn(settled, mappings);
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {TYPES.map((type) => {
          const canBeGiven = available.includes(type) || shown[type] !== '';
          return (
            <Textarea
              key={type}
              label={words.mappings.groupsOf(licenseTypes[type])}
              description={canBeGiven ? words.mappings.oneALine : words.mappings.noSeats}
              disabled={!canBeGiven}
              rows={4}
              resize="vertical"
              value={shown[type]}
              onChange={(event) => setDraft({ ...shown, [type]: event.currentTarget.value })}
              spellCheck={false}
            />
          );
        })}
      </SimpleGrid>
      {draft !== undefined && (
        <Group>
          <Button variant="default" onClick={() => setDraft(undefined)}>
            {words.mappings.discard}
          </Button>
        </Group>
      )}
      {draft !== undefined && changes !== undefined && (
        <WhatIf
          mappings={changes}
          isSettled={settled === draft}
          onApplied={(text) => {
            setDraft(undefined);
            onApplied(text);
          }}
        />
      )}
    </Stack>
  );
}

/** The same for who may only read them. */
export function MappingsAsText({ mappings }: { mappings: readonly Mapping[] }): ReactNode {
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      {TYPES.map((type) => {
        const groups = mappings.find(({ licenseType }) => licenseType === type)?.idpGroups ?? [];
        return (
          <div key={type}>
            <Title order={3} size="h5">
              {words.mappings.groupsOf(licenseTypes[type])}
            </Title>
            {groups.length === 0 ? (
              <Text size="sm">{words.mappings.none}</Text>
            ) : (
              <Lines>
                {groups.map((group) => (
                  <li key={group}>
                    <bdi>{group}</bdi>
                  </li>
                ))}
              </Lines>
            )}
          </div>
        );
      })}
    </SimpleGrid>
  );
}
