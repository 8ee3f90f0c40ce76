import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';
import { paths } from '../../paths.ts';
import { RefusalNotice } from '../../ui/notices.tsx';
import { defaultGroups, words } from '../../words/default-groups.ts';
import { type DefaultGroup, usePlan } from './use-plan.ts';

/** What a cleanup is to do. Leads to the plan. */
export function PlanForm({ groups }: { groups: readonly DefaultGroup[] }): ReactNode {
  const navigate = useNavigate();
  const [left, setLeft] = useState<readonly DefaultGroup[]>(groups);
  const [keepUnmanaged, setKeepUnmanaged] = useState(true);
  const [turnOffAssignByDefault, setTurnOff] = useState(true);
  const plan = usePlan();
  const chosen = groups.filter((group) => left.includes(group));

  const make = async (): Promise<void> => {
    const id = await plan.make({ groups: chosen, keepUnmanaged, turnOffAssignByDefault });
    if (id !== undefined) void navigate(paths.cleanup(id));
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <Stack align="flex-start">
        <Checkbox.Group
          label={words.plan.groups}
          value={[...left]}
          onChange={(values) => setLeft(groups.filter((group) => values.includes(group)))}
          error={chosen.length === 0 ? words.plan.none : undefined}
        >
          <Group mt={4}>
            {groups.map((group) => (
              <Checkbox key={group} value={group} label={defaultGroups[group]} />
            ))}
          </Group>
        </Checkbox.Group>
        <Checkbox
          label={words.plan.keepUnmanaged}
          checked={keepUnmanaged}
          onChange={(event) => setKeepUnmanaged(event.currentTarget.checked)}
        />
        <Checkbox
          label={words.plan.turnOff}
          description={words.plan.turnOffHelp}
          checked={turnOffAssignByDefault}
          onChange={(event) => setTurnOff(event.currentTarget.checked)}
        />
        <RefusalNotice refusal={plan.refusal} />
        <Group>
          <Button type="submit" loading={plan.isUnderWay} disabled={chosen.length === 0}>
            {words.plan.action}
          </Button>
          <Text size="sm" c="dimmed">
            {words.plan.nothingYet}
          </Text>
        </Group>
      </Stack>
    </form>
  );
}
