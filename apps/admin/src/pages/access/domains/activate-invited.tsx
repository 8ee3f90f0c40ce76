import { Button, Group, Stack, Text } from '@mantine/core';
import type { ResultOf } from 'gql.tada';
import { type ReactNode, useState } from 'react';
import { graphql } from '../../../api/graphql.ts';
import { useAnswer } from '../../../api/use-answer.ts';
import { isOutdated, isRefused, useChange } from '../../../api/use-change.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { Loaded, Notice, RefusalNotice } from '../../../ui/notices.tsx';
import { usePlace } from '../../../ui/use-place.ts';
import type { SearchState } from '../../../ui/use-search-state.ts';
import { words as common } from '../../../words/common.ts';
import { words } from '../../../words/domains.ts';
import { LicenseEffects } from '../../licenses/license-effects.tsx';
import { EffectList } from '../scim/effect-list.tsx';
import { VERIFICATION } from './verification.ts';

const AT_MOST = 500;
const PAGE_SIZE = 20;

const ACTIVATE = graphql(`
  mutation DomainActivateInvited($input: DomainActivateInvitedInput!) {
    domainActivateInvited(input: $input) {
      ... on DomainActivateInvitedPayload {
        activated {
          id
        }
        withoutSeat
        remaining
      }
      ... on UserError {
        code
        message
      }
      ... on PlanChanged {
        differences
      }
    }
  }
`);

type Preview = Exclude<ResultOf<typeof VERIFICATION>['domainVerificationPreview'], { code: string }>;

/** Activates whoever was invited before the domain was verified, after a look at who gets what. */
export function ActivateInvited({ domain, onClose }: { domain: string; onClose: () => void }): ReactNode {
  const state = usePlace(PAGE_SIZE, domain);
  const answer = useAnswer(VERIFICATION, { domain, ...state.page });
  return (
    <Dialog onClose={onClose} size="lg" title={words.activateTitle(domain)}>
      <Loaded answer={answer}>
        {({ domainVerificationPreview: result }) =>
          isRefused(result) ? (
            <RefusalNotice refusal={result} />
          ) : (
            <Activation
              key={result.previewToken}
              domain={domain}
              preview={result}
              state={state}
              onClose={onClose}
              onLookAgain={answer.askAgain}
            />
          )
        }
      </Loaded>
    </Dialog>
  );
}

function Activation({
  domain,
  preview: { invited, previewToken, effects, activation },
  state,
  onClose,
  onLookAgain,
}: {
  domain: string;
  preview: Preview;
  state: SearchState;
  onClose: () => void;
  onLookAgain: () => void;
}): ReactNode {
  const { make, isUnderWay, refusal } = useChange(ACTIVATE, 'domainActivateInvited');
  const [done, setDone] = useState<Awaited<ReturnType<typeof make>>>();
  const activate = async (): Promise<void> => {
    setDone(await make({ input: { domain, previewToken } }));
  };
  if (done !== undefined) {
    return (
      <Stack>
        <Notice kind="success">
          {words.activated(done.activated.length, done.withoutSeat)}{' '}
          {done.remaining > done.withoutSeat && words.remaining(done.remaining)}
        </Notice>
        <Group justify="flex-end">
          <Button onClick={onClose}>{common.actions.close}</Button>
        </Group>
      </Stack>
    );
  }
  return (
    <Stack>
      <EffectList effects={effects} />
      {invited === 0 ? (
        <Text>{words.nobodyInvited}</Text>
      ) : (
        <>
          <Text>{words.activateHelp}</Text>
          <LicenseEffects licenses={activation} state={state} />
        </>
      )}
      <RefusalNotice refusal={refusal} onLookAgain={onLookAgain} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {common.actions.close}
        </Button>
        {invited > 0 && !isOutdated(refusal) && (
          <Button loading={isUnderWay} onClick={() => void activate()}>
            {words.activateNow(Math.min(invited, AT_MOST))}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
