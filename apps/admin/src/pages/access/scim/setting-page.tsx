import { Anchor, Radio, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import { useAnswer } from '../../../api/use-answer.ts';
import { UnknownPage } from '../../../frame/page-failure.tsx';
import { paths } from '../../../paths.ts';
import { Loaded, Notice } from '../../../ui/notices.tsx';
import { PageHeader } from '../../../ui/page-header.tsx';
import { words } from '../../../words/scim.ts';
import { WatchedJob } from '../../jobs/watched-job.tsx';
import { type Applied, SettingPreview } from './setting-preview.tsx';
import {
  currentChoice,
  inputFor,
  isSetting,
  SCIM,
  type ScimSettings,
  type SettingName,
  wordsOf,
} from './settings.ts';

/** One setting: what it does, what another value would bring about, and the way to have exactly that. */
export function SettingPage(): ReactNode {
  const { setting = '' } = useParams();
  const answer = useAnswer(SCIM, {});
  if (!isSetting(setting)) return <UnknownPage />;
  const { title, what } = wordsOf(setting);
  return (
    <>
      <PageHeader
        title={title}
        purpose={what}
        action={
          <Anchor component={Link} to={paths.access}>
            {words.change.back}
          </Anchor>
        }
      />
      <Loaded answer={answer}>
        {({ account: { scim } }) =>
          scim !== null && <Setting key={setting} name={setting} scim={scim} onEnd={answer.askAgain} />
        }
      </Loaded>
    </>
  );
}

function Setting({
  name,
  scim,
  onEnd,
}: {
  name: SettingName;
  scim: ScimSettings;
  onEnd: () => void;
}): ReactNode {
  const { choices } = wordsOf(name);
  const [params, setParams] = useSearchParams();
  const [applied, setApplied] = useState<Applied>();
  const current = currentChoice(scim, name);
  const asked = params.get('to') ?? current ?? '';
  const input = inputFor(name, asked);
  return (
    <Stack gap="lg">
      <Radio.Group
        label={words.change.choose}
        value={asked}
        onChange={(choice) => {
          setApplied(undefined);
          setParams({ to: choice }, { replace: true });
        }}
      >
        <Stack gap="sm" mt="xs">
          {Object.entries(choices).map(([choice, { label, what }]) => (
            <Radio key={choice} value={choice} label={label} description={what} />
          ))}
        </Stack>
      </Radio.Group>
      {applied !== undefined && (
        <AppliedNotice applied={applied} choice={choices[asked]?.label ?? asked} onEnd={onEnd} />
      )}
      {input === undefined || asked === current ? (
        applied === undefined && <Text c="dimmed">{words.change.now}</Text>
      ) : (
        <SettingPreview key={asked} name={name} input={input} onApplied={setApplied} />
      )}
    </Stack>
  );
}

function AppliedNotice({
  applied,
  choice,
  onEnd,
}: {
  applied: Applied;
  choice: string;
  onEnd: () => void;
}): ReactNode {
  const { licensesChanged, jobId } = applied;
  return (
    <Notice kind="success" title={words.change.applied}>
      <Stack gap="xs">
        <Text size="sm">
          {words.change.appliedNow(choice)}{' '}
          {jobId === undefined && words.change.licensesChanged(licensesChanged)}
        </Text>
        {jobId !== undefined && <WatchedJob id={jobId} onEnd={onEnd} />}
      </Stack>
    </Notice>
  );
}
