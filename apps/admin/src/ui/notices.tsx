import { Alert, Button, Center, Loader, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Answer } from '../api/use-answer.ts';
import { isOutdated, type Refusal } from '../api/use-change.ts';
import { words } from '../words/common.ts';
import classes from './notices.module.css';

/** Something that the reader should know, with a word before the color: `Warning: …`. */
export function Notice({
  kind = 'info',
  title,
  children,
}: {
  kind?: 'info' | 'warning' | 'error' | 'success';
  title?: string;
  children?: ReactNode;
}): ReactNode {
  const colors = { info: 'blue', warning: 'yellow', error: 'red', success: 'green' } as const;
  return (
    <Alert color={colors[kind]} title={title} role={kind === 'error' ? 'alert' : 'status'} variant="light">
      {children}
    </Alert>
  );
}

/** Why a change was not made, where its form is. What somebody else changed meanwhile can be looked at again, where that is offered. */
export function RefusalNotice({
  refusal,
  onLookAgain,
}: {
  refusal: Refusal | undefined;
  onLookAgain?: () => void;
}): ReactNode {
  if (refusal === undefined) return null;
  const isOtherVersion = refusal.code === 'VERSION_MISMATCH';
  const reasons = [...(refusal.fields ?? []).map(({ message }) => message), ...(refusal.differences ?? [])];
  return (
    <Notice kind="error" title={isOtherVersion ? words.errors.changedMeanwhile : refusal.message}>
      {reasons.length > 0 && (
        <ul>
          {reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      {onLookAgain !== undefined && isOutdated(refusal) && (
        <Button size="xs" variant="default" onClick={onLookAgain}>
          {words.actions.lookAgain}
        </Button>
      )}
    </Notice>
  );
}

/** Stands for a page until its answer is there, and says why there is none. What has come is shown even while more is asked. */
export function Loaded<Data>({
  answer,
  children,
}: {
  answer: Answer<Data>;
  children: (data: Data) => ReactNode;
}): ReactNode {
  const { data, error, isLoading, askAgain } = answer;
  const failure = error !== undefined && (
    <Notice kind="error" title={words.errors.title}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{error.graphQLErrors[0]?.message ?? words.errors.noAnswer}</Text>
        <Button size="xs" variant="default" onClick={askAgain} loading={isLoading}>
          {words.errors.tryAgain}
        </Button>
      </Stack>
    </Notice>
  );
  if (data !== undefined && data !== null) {
    return (
      <div aria-busy={isLoading} className={classes['content']}>
        {isLoading && <div role="progressbar" aria-label={words.lists.loading} className={classes['bar']} />}
        {failure}
        {children(data)}
      </div>
    );
  }
  if (failure !== false) return failure;
  return (
    <Center mih={240}>
      <Loader role="progressbar" aria-label={words.lists.loading} />
    </Center>
  );
}

/** What stands where a list, or a whole page, has nothing: says what to do next. */
export function Empty({
  title,
  isPage = false,
  children,
}: {
  title: string;
  isPage?: boolean;
  children?: ReactNode;
}): ReactNode {
  return (
    <Stack align="center" gap="xs" py="xl" ta="center">
      <Title order={isPage ? 1 : 2} size="h4">
        {title}
      </Title>
      {children !== undefined && (
        <Text c="dimmed" component="div" maw={520}>
          {children}
        </Text>
      )}
    </Stack>
  );
}

/** The same inside a part of a page. */
export function Nothing({ title, children }: { title: string; children?: ReactNode }): ReactNode {
  return (
    <Text component="div">
      {title}
      {children !== undefined && (
        <Text size="sm" c="dimmed" component="div">
          {children}
        </Text>
      )}
    </Text>
  );
}
