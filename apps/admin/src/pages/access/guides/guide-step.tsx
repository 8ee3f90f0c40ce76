import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { useRight } from '../../../frame/viewer.tsx';
import { paths } from '../../../paths.ts';
import { Badge } from '../../../ui/badge.tsx';
import { CopyValue } from '../../../ui/copy-value.tsx';
import { type GuideRow, type GuideStep, words } from '../../../words/guides.ts';
import { Section } from '../section.tsx';
import { NewToken } from '../tokens/new-token.tsx';
import { FirstRequest } from './first-request.tsx';
import classes from './guide-step.module.css';
import { MarkedText } from './marked-text.tsx';

/** One thing to do, with the values to enter, and what this page can do for it. */
export function Step({
  step: { title, isOptional = false, text = [], rows = [], after = [], part },
  number,
  baseUrl,
}: {
  step: GuideStep;
  number: number;
  baseUrl: string;
}): ReactNode {
  return (
    <Section
      title={words.step(number, title)}
      action={isOptional && <Badge tone="quiet">{words.optional}</Badge>}
    >
      <Stack gap="sm">
        {text.map((paragraph) => (
          <Text key={paragraph} maw="46rem">
            <MarkedText>{paragraph}</MarkedText>
          </Text>
        ))}
        {rows.length > 0 && (
          <dl className={classes['rows']}>
            {rows.map((row) => (
              <Row key={row.field} row={row} />
            ))}
          </dl>
        )}
        {after.map((paragraph) => (
          <Text key={paragraph} maw="46rem" style={{ overflowWrap: 'anywhere' }}>
            <MarkedText>{paragraph}</MarkedText>
          </Text>
        ))}
        {part === 'token' && <TokenForIt baseUrl={baseUrl} />}
        {part === 'check' && <FirstRequest />}
        {part === 'signOn' && <Then text={words.signOn.text} to={paths.signOn} link={words.signOn.link} />}
        {part === 'licenses' && (
          <Then
            text={words.licenses.text}
            to={paths.scimSetting('manageLicenses')}
            link={words.licenses.link}
          />
        )}
      </Stack>
    </Section>
  );
}

function Row({ row: { field, value, isCopied = false, note } }: { row: GuideRow }): ReactNode {
  return (
    <div className={classes['row']}>
      <dt>{field}</dt>
      <dd>
        {isCopied ? <CopyValue name={field} value={value} /> : value}
        {note !== undefined && (
          <Text size="sm" c="dimmed">
            {note}
          </Text>
        )}
      </dd>
    </div>
  );
}

function TokenForIt({ baseUrl }: { baseUrl: string }): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  const mayMake = useRight('scim_tokens:write');
  if (!mayMake) return <Text c="dimmed">{words.token.notAllowed}</Text>;
  return (
    <Group>
      <Button onClick={() => setIsOpen(true)}>{words.token.make}</Button>
      <Text size="sm" c="dimmed">
        {words.token.help}
      </Text>
      {isOpen && <NewToken baseUrl={baseUrl} onClose={() => setIsOpen(false)} />}
    </Group>
  );
}

function Then({ text, to, link }: { text: string; to: string; link: string }): ReactNode {
  return (
    <Text>
      {text}{' '}
      <Anchor component={Link} to={to} underline="always">
        {link}
      </Anchor>
    </Text>
  );
}
