import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Json } from '../../api/graphql.ts';
import { words } from '../../words/history.ts';

const LONGEST = 200;

/** A value of a change: text as it is, anything else part by part. */
export function ValueText({ value }: { value: Json | undefined }): ReactNode {
  if (value === null || value === undefined || value === '') {
    return (
      <Text span c="dimmed" inherit>
        {words.nothing}
      </Text>
    );
  }
  const text = textOf(value);
  return (
    <bdi title={text.length > LONGEST ? text : undefined}>
      {text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}
    </bdi>
  );
}

function textOf(value: Json): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOf).join('; ');
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return Object.entries(value)
    .map(([name, part]) => `${name} ${textOf(part)}`)
    .join(', ');
}

/** The field without what says nothing: `attributes.title` is `title`. */
export function fieldInWords(field: string): string {
  return field.replace(/^attributes\./u, '').replace(/^urn:ietf:params:scim:schemas:extension:/u, '');
}

/** `user.license_changed` of a person: "License changed". */
export function kindInWords(kind: string): string {
  const text = (kind.split('.').at(-1) ?? kind).replaceAll('_', ' ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
