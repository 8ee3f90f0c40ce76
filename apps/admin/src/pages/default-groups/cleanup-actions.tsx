import { Button, Group, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';
import { graphql } from '../../api/graphql.ts';
import { useChange } from '../../api/use-change.ts';
import { paths } from '../../paths.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { RefusalNotice } from '../../ui/notices.tsx';
import { Day } from '../../ui/time.tsx';
import { cleanup as words } from '../../words/default-groups.ts';
import type { Cleanup } from './cleanup-query.ts';
import { usePlan } from './use-plan.ts';

const START = graphql(`
  mutation StartCleanup($input: DefaultGroupCleanupStartInput!) {
    defaultGroupCleanupStart(input: $input) {
      ... on DefaultGroupCleanupStartPayload {
        cleanup {
          id
          state
        }
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

const CANCEL = graphql(`
  mutation CancelCleanup($input: DefaultGroupCleanupCancelInput!) {
    defaultGroupCleanupCancel(input: $input) {
      ... on DefaultGroupCleanupCancelPayload {
        cleanup {
          id
          state
        }
      }
      ... on UserError {
        code
        message
      }
    }
  }
`);

const UNDO = graphql(`
  mutation UndoCleanup($input: DefaultGroupCleanupUndoInput!) {
    defaultGroupCleanupUndo(input: $input) {
      ... on DefaultGroupCleanupUndoPayload {
        cleanup {
          id
          state
        }
      }
      ... on UserError {
        code
        message
      }
    }
  }
`);

type Action = 'apply' | 'cancel' | 'undo';

/** What can be done about a cleanup in the state that it is in. */
export function CleanupActions({ cleanup }: { cleanup: Cleanup }): ReactNode {
  const { id, state, job, undoJob, undoableUntil } = cleanup;
  const [asking, setAsking] = useState<Action>();
  const start = useChange(START, 'defaultGroupCleanupStart');
  const cancel = useChange(CANCEL, 'defaultGroupCleanupCancel');
  const undo = useChange(UNDO, 'defaultGroupCleanupUndo');
  const changes = { apply: start, cancel, undo } as const;
  const isRunning = state === 'RUNNING';
  const hasStuck =
    (isRunning && job?.state === 'FAILED') || (state === 'UNDOING' && undoJob?.state === 'FAILED');
  const canBeUndone = isRunning || state === 'APPLIED' || state === 'CANCELLED';

  const confirm = async (action: Action): Promise<void> => {
    if ((await changes[action].make({ input: { id } })) !== undefined) setAsking(undefined);
  };
  const close = (): void => {
    if (asking !== undefined) changes[asking].forget();
    setAsking(undefined);
  };

  return (
    <Stack gap="xs">
      <Group>
        {state === 'PLANNED' && (
          <>
            <Button onClick={() => setAsking('apply')}>{words.apply.action}</Button>
            <PlanAgain cleanup={cleanup} />
          </>
        )}
        {hasStuck && (
          <Button
            onClick={() => void confirm(isRunning ? 'apply' : 'undo')}
            loading={start.isUnderWay || undo.isUnderWay}
          >
            {words.goOn}
          </Button>
        )}
        {isRunning && (
          <Button variant="default" onClick={() => setAsking('cancel')}>
            {words.cancel.action}
          </Button>
        )}
        {canBeUndone && (
          <>
            <Button variant="default" onClick={() => setAsking('undo')}>
              {words.undo.action}
            </Button>
            {undoableUntil !== null && (
              <Text size="sm" c="dimmed">
                {words.undo.until} <Day at={undoableUntil} />
              </Text>
            )}
          </>
        )}
      </Group>
      {state === 'PLANNED' && (
        <Text size="sm" c="dimmed">
          {words.nothingYet}
        </Text>
      )}
      {asking === undefined && <RefusalNotice refusal={start.refusal ?? undo.refusal} />}
      {asking !== undefined && (
        <Confirm
          title={words[asking].title}
          action={words[asking].action}
          isDangerous={asking === 'apply'}
          isUnderWay={changes[asking].isUnderWay}
          refusal={changes[asking].refusal}
          onConfirm={() => void confirm(asking)}
          onClose={close}
        >
          {asking === 'apply' ? <WhatApplyingDoes cleanup={cleanup} /> : words[asking].what}
        </Confirm>
      )}
    </Stack>
  );
}

function WhatApplyingDoes({ cleanup: { groups, turnOffAssignByDefault } }: { cleanup: Cleanup }): ReactNode {
  return (
    <>
      <p>{words.apply.what(groups.reduce((sum, { leaving }) => sum + leaving, 0))}</p>
      {turnOffAssignByDefault && <p>{words.apply.turnOff}</p>}
    </>
  );
}

/** For when the account has changed since the plan was made. */
function PlanAgain({ cleanup }: { cleanup: Cleanup }): ReactNode {
  const navigate = useNavigate();
  const plan = usePlan();
  const { groups, keepUnmanaged, turnOffAssignByDefault } = cleanup;
  const make = async (): Promise<void> => {
    const kinds = groups.flatMap(({ kind, group }) => (group === null ? [] : [kind]));
    const id = await plan.make({ groups: kinds, keepUnmanaged, turnOffAssignByDefault });
    if (id !== undefined) void navigate(paths.cleanup(id));
  };
  return (
    <>
      <Button variant="default" onClick={() => void make()} loading={plan.isUnderWay}>
        {words.apply.again}
      </Button>
      <RefusalNotice refusal={plan.refusal} />
    </>
  );
}
