import { Button, Group, Stack } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useAnswer } from '../../api/use-answer.ts';
import { type Change, isRefused } from '../../api/use-change.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { Loaded, RefusalNotice } from '../../ui/notices.tsx';
import { words } from '../../words/ip-rules.ts';
import { PREVIEW, type Preview, type PreviewInput } from './preview.ts';
import { RulesChange } from './rules-change.tsx';

interface Applying {
  /** What the button that applies it says. */
  readonly action: string;
  readonly change: Pick<Change<unknown, unknown>, 'isUnderWay' | 'refusal' | 'forget'>;
  readonly onApply: (previewToken: string) => void;
  readonly onDiscard: () => void;
}

/** What a change of the rules would do, and the button that does exactly that. */
export function PreviewedChange({ input, ...applying }: Applying & { input: PreviewInput }): ReactNode {
  const answer = useAnswer(PREVIEW, { input });
  const { change, onDiscard } = applying;
  return (
    <Loaded answer={answer}>
      {({ ipRulesPreview: preview }) =>
        isRefused(preview) ? (
          <Stack gap="sm">
            <RefusalNotice refusal={preview} />
            <Group>
              <Button variant="default" onClick={onDiscard}>
                {words.change.discard}
              </Button>
            </Group>
          </Stack>
        ) : (
          <Stack gap="sm">
            <RulesChange preview={preview} />
            <Apply
              {...applying}
              preview={preview}
              isFresh={!answer.isLoading}
              onLookAgain={() => {
                change.forget();
                answer.askAgain();
              }}
            />
          </Stack>
        )
      }
    </Loaded>
  );
}

/** Where a change stops provisioning, it asks first. */
function Apply({
  action,
  change: { isUnderWay, refusal },
  onApply,
  onDiscard,
  preview: { previewToken, obstacles, refusedTokens },
  isFresh,
  onLookAgain,
}: Applying & { preview: Preview; isFresh: boolean; onLookAgain: () => void }): ReactNode {
  const [isAsking, setIsAsking] = useState(false);
  return (
    <>
      {!isAsking && <RefusalNotice refusal={refusal} />}
      <Group>
        {refusal !== undefined && !isAsking ? (
          <Button onClick={onLookAgain}>{words.change.lookAgain}</Button>
        ) : (
          <Button
            onClick={() => (refusedTokens.length > 0 ? setIsAsking(true) : onApply(previewToken))}
            disabled={!isFresh || obstacles.length > 0}
            loading={isUnderWay}
          >
            {action}
          </Button>
        )}
        <Button variant="default" onClick={onDiscard}>
          {words.change.discard}
        </Button>
      </Group>
      {isAsking && (
        <Confirm
          title={words.change.confirmTitle}
          action={words.change.confirm}
          isDangerous
          isUnderWay={isUnderWay}
          refusal={refusal}
          onConfirm={() => onApply(previewToken)}
          onClose={() => setIsAsking(false)}
        >
          {words.change.confirmTokens(new Set(refusedTokens.map(({ address }) => address)).size)}
        </Confirm>
      )}
    </>
  );
}
