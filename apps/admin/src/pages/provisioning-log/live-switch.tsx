import { Group, Switch, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { words } from '../../words/provisioning-log.ts';

/** Whether the list follows the log, in words, and how many requests have come by it. */
export function LiveSwitch({
  isOn,
  isOnFirstPage,
  isBroken,
  news,
  onChange,
}: {
  isOn: boolean;
  isOnFirstPage: boolean;
  isBroken: boolean;
  news: number;
  onChange: (isOn: boolean) => void;
}): ReactNode {
  return (
    <Group gap="sm" mb="sm">
      <Switch
        label={words.live.label}
        checked={isOn}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <Text size="sm" c="dimmed">
        {stateText(isOn, isOnFirstPage, isBroken)}
      </Text>
      <Text size="sm" role="status">
        {news > 0 ? words.live.news(news) : ''}
      </Text>
    </Group>
  );
}

function stateText(isOn: boolean, isOnFirstPage: boolean, isBroken: boolean): string {
  if (!isOn) return words.live.off;
  if (!isOnFirstPage) return words.live.elsewhere;
  return isBroken ? words.live.broken : words.live.on;
}
