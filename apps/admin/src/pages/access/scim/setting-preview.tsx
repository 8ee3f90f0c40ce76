import { Anchor, Group, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import type { ResultOf } from 'gql.tada';
import { graphql } from '../../../api/graphql.ts';
import { type Answer, useAnswer } from '../../../api/use-answer.ts';
import { isOutdated, isRefused, useChange } from '../../../api/use-change.ts';
import { useRight } from '../../../frame/viewer.tsx';
import { paths } from '../../../paths.ts';
import { ActionButton } from '../../../ui/action-button.tsx';
import { Confirm } from '../../../ui/confirm.tsx';
import { Loaded, RefusalNotice } from '../../../ui/notices.tsx';
import { Obstacles } from '../../../ui/obstacles.tsx';
import { usePlace } from '../../../ui/use-place.ts';
import type { SearchState } from '../../../ui/use-search-state.ts';
import { words as access } from '../../../words/access.ts';
import { words } from '../../../words/scim.ts';
import { LicenseEffects } from '../../licenses/license-effects.tsx';
import { Section } from '../section.tsx';
import { EffectList } from './effect-list.tsx';
import { GroupsAtSignIn } from './groups-at-sign-in.tsx';
import { PREVIEW } from './preview-query.ts';
import type { SettingInput, SettingName } from './settings.ts';

const PAGE_SIZE = 20;

const UPDATE = graphql(`
  mutation ScimUpdate($input: ScimConfigurationUpdateInput!) {
    scimConfigurationUpdate(input: $input) {
      ... on ScimConfigurationUpdatePayload {
        licensesChanged
        recalculation {
          id
        }
        scim {
          version
        }
      }
      ... on UserError {
        code
        message
      }
      ... on InvalidInput {
        fields {
          path
          message
        }
      }
      ... on PlanChanged {
        differences
      }
    }
  }
`);

export interface Applied {
  readonly licensesChanged: number;
  /** The job that decides the licenses, where there are too many people to do it at once. */
  readonly jobId: string | undefined;
}

interface Asked {
  readonly name: SettingName;
  readonly input: SettingInput;
  readonly onApplied: (applied: Applied) => void;
}

type Result = ResultOf<typeof PREVIEW>['scimConfigurationPreview'];
type Preview = Exclude<Result, { code: string }>;

/** What a setting would bring about, and the button that does exactly that. */
export function SettingPreview(asked: Asked): ReactNode {
  const asText = JSON.stringify(asked.input);
  const atOnce = usePlace(PAGE_SIZE, asText);
  const later = usePlace(PAGE_SIZE, asText);
  const answer = useAnswer(PREVIEW, {
    input: asked.input,
    ...atOnce.page,
    laterFirst: later.page.first ?? null,
    laterAfter: later.page.after ?? null,
    laterLast: later.page.last ?? null,
    laterBefore: later.page.before ?? null,
  });
  return (
    <Loaded answer={answer}>
      {({ scimConfigurationPreview: result }) =>
        isRefused(result) ? (
          <RefusalNotice refusal={result} />
        ) : (
          <Shown asked={asked} preview={result} answer={answer} atOnce={atOnce} later={later} />
        )
      }
    </Loaded>
  );
}

function Shown({
  asked,
  preview,
  answer,
  atOnce,
  later,
}: {
  asked: Asked;
  preview: Preview;
  answer: Answer<unknown>;
  atOnce: SearchState;
  later: SearchState;
}): ReactNode {
  const { obstacles, effects, licenses, licensesAtSignIn, groupsAtSignIn } = preview;
  return (
    <Stack gap="lg">
      <Section title={words.effects.title}>
        <Stack gap="md">
          <Obstacles obstacles={obstacles} />
          {obstacles.some(({ reason }) => reason === 'SSO_NOT_CONNECTED') && (
            <Anchor component={Link} to={paths.signOn} underline="always">
              {words.change.toSignOn}
            </Anchor>
          )}
          <EffectList effects={effects} />
        </Stack>
      </Section>
      <Section title={words.licenses.atOnce}>
        <LicenseEffects licenses={licenses} state={atOnce} />
      </Section>
      {licensesAtSignIn !== null && (
        <Section title={words.licenses.atSignIn}>
          <LicenseEffects licenses={licensesAtSignIn} state={later} />
        </Section>
      )}
      {groupsAtSignIn !== null && <GroupsAtSignIn input={asked.input} />}
      {obstacles.length === 0 && (
        <Apply
          key={`${preview.previewToken} ${preview.before.version}`}
          asked={asked}
          preview={preview}
          answer={answer}
        />
      )}
    </Stack>
  );
}

function Apply({
  asked: { name, input, onApplied },
  preview: { previewToken, before, effects },
  answer,
}: {
  asked: Asked;
  preview: Preview;
  answer: Answer<unknown>;
}): ReactNode {
  const { make, isUnderWay, refusal } = useChange(UPDATE, 'scimConfigurationUpdate');
  const [isAsking, setIsAsking] = useState(false);
  const mayChange = useRight('settings:write');
  const warnings = effects.filter(({ weight }) => weight === 'WARNING').length;
  const apply = async (): Promise<void> => {
    const done = await make({ input: { ...input, previewToken, expectedVersion: before.version } });
    setIsAsking(false);
    if (done !== undefined) {
      onApplied({ licensesChanged: done.licensesChanged, jobId: done.recalculation?.id });
    }
  };
  const isSwitch = name === 'enabled';
  const action = isSwitch
    ? input.enabled === true
      ? words.change.turnOn
      : words.change.turnOff
    : words.change.apply;
  return (
    <Stack gap="sm">
      <RefusalNotice refusal={refusal} onLookAgain={answer.askAgain} />
      {!isOutdated(refusal) && (
        <Group>
          <ActionButton
            variant="filled"
            {...(input.enabled === false && { color: 'red' })}
            loading={isUnderWay}
            lockedBecause={mayChange ? undefined : access.needsRight}
            onClick={() => (isSwitch ? setIsAsking(true) : void apply())}
          >
            {action}
          </ActionButton>
          {warnings > 0 && <Text size="sm">{words.change.warnings(warnings)}</Text>}
        </Group>
      )}
      {isAsking && (
        <Confirm
          title={input.enabled === true ? words.change.confirmOn : words.change.confirmOff}
          action={action}
          isDangerous={input.enabled === false}
          isUnderWay={isUnderWay}
          onConfirm={() => void apply()}
          onClose={() => setIsAsking(false)}
        >
          <p>{input.enabled === true ? words.change.confirmOnText : words.change.confirmOffText}</p>
          {warnings > 0 && <p>{words.change.warnings(warnings)}</p>}
        </Confirm>
      )}
    </Stack>
  );
}
