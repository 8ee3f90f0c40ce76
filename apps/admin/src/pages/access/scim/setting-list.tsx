import { Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useRight } from '../../../frame/viewer.tsx';
import { paths } from '../../../paths.ts';
import { Notice } from '../../../ui/notices.tsx';
import { words as common } from '../../../words/common.ts';
import { words } from '../../../words/scim.ts';
import { ChangeLink } from '../change-link.tsx';
import { Section } from '../section.tsx';
import classes from './setting-list.module.css';
import { currentChoice, SETTINGS, type ScimSettings, wordsOf } from './settings.ts';

/** Each setting: what it decides, and how. */
export function SettingList({ scim }: { scim: ScimSettings }): ReactNode {
  const mayChange = useRight('settings:write');
  return (
    <Section title={words.settings.title}>
      {!scim.enabled && <Notice>{words.settings.rest}</Notice>}
      <ul className={classes['settings']}>
        {SETTINGS.map((name) => {
          const { title, what, choices } = wordsOf(name);
          const choice = choices[currentChoice(scim, name) ?? ''];
          return (
            <li key={name} className={classes['setting']}>
              <div>
                <Title order={3} size="h6">
                  {title}
                </Title>
                <Text size="sm" c="dimmed">
                  {what}
                </Text>
              </div>
              <Text fw={500}>{choice?.label ?? common.none}</Text>
              {mayChange && (
                <ChangeLink size="xs" to={paths.scimSetting(name)} about={words.settings.changeOf(title)}>
                  {words.settings.change}
                </ChangeLink>
              )}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
