import { Group, Text, type ButtonProps } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { AnyVariables, TypedDocumentNode } from 'urql';
import { useChange } from '../api/use-change.ts';
import { ActionButton } from './action-button.tsx';
import { Confirm } from './confirm.tsx';

/** What is asked before the change: what will happen, to whom. */
export interface Question {
  readonly title: string;
  readonly text: ReactNode;
  readonly action: string;
  readonly isDangerous?: boolean;
  /** Where there is no way back. */
  readonly typeToConfirm?: string;
}

/** A change that needs no more than a yes: a button, the question, the reason when it is refused. */
export function ChangeButton<Name extends string, Result, Variables extends AnyVariables>({
  mutation,
  name,
  variables,
  question,
  done,
  onDone,
  label,
  describedAs,
  lockedBecause,
  ...look
}: ButtonProps & {
  mutation: TypedDocumentNode<Record<Name, Result>, Variables>;
  name: Name;
  variables: Variables;
  question: Question;
  /** Said beside the button when it was made and nothing else shows it. */
  done?: string | undefined;
  onDone?: (() => void) | undefined;
  label: string;
  /** The label for those who do not see what stands beside: `Remove Ada Lindqvist`. */
  describedAs?: string | undefined;
  lockedBecause?: string | undefined;
}): ReactNode {
  const change = useChange(mutation, name);
  const [isAsked, setAsked] = useState(false);
  const [isDone, setDone] = useState(false);
  const confirm = async (): Promise<void> => {
    if ((await change.make(variables)) === undefined) return;
    setAsked(false);
    setDone(true);
    onDone?.();
  };
  const { text, ...asked } = question;
  return (
    <Group gap="xs" wrap="nowrap">
      <ActionButton
        lockedBecause={lockedBecause}
        onClick={() => setAsked(true)}
        {...look}
        {...(describedAs !== undefined && { 'aria-label': describedAs })}
      >
        {label}
      </ActionButton>
      {isDone && done !== undefined && (
        <Text size="sm" role="status">
          {done}
        </Text>
      )}
      {isAsked && (
        <Confirm
          {...asked}
          isUnderWay={change.isUnderWay}
          refusal={change.refusal}
          onConfirm={() => void confirm()}
          onClose={() => {
            change.forget();
            setAsked(false);
          }}
        >
          {text}
        </Confirm>
      )}
    </Group>
  );
}
