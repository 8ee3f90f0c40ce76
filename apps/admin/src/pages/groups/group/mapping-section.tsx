import { type ReactNode, useState } from 'react';
import { useRight } from '../../../frame/viewer.tsx';
import { ActionButton } from '../../../ui/action-button.tsx';
import { Section } from '../../../ui/section.tsx';
import { words } from '../../../words/group.ts';
import type { Group } from './group-query.ts';
import { MappingForm } from './mapping-form.tsx';

const { mapping: texts } = words;

/** Which groups of the identity provider lead into this one. */
export function MappingSection({ group }: { group: Group }): ReactNode {
  const mayWrite = useRight('people:write');
  const [isOpen, setOpen] = useState(false);
  return (
    <Section
      title={texts.title}
      purpose={texts.purpose}
      action={mayWrite && <ActionButton onClick={() => setOpen(true)}>{texts.edit}</ActionButton>}
    >
      {group.ssoMapping.length === 0 ? (
        texts.none
      ) : (
        <ul>
          {group.ssoMapping.map((name) => (
            <li key={name} style={{ overflowWrap: 'anywhere' }}>
              <bdi>{name}</bdi>
            </li>
          ))}
        </ul>
      )}
      {isOpen && <MappingForm group={group} onClose={() => setOpen(false)} />}
    </Section>
  );
}
