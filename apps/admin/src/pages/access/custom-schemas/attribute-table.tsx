import type { ReactNode } from 'react';
import { type Column, DataTable } from '../../../ui/data-table.tsx';
import { words as common } from '../../../words/common.ts';
import { words } from '../../../words/custom-schemas.ts';
import { Section } from '../section.tsx';
import type { CustomSchema } from './custom-schemas.ts';

interface Row {
  readonly name: string;
  readonly type: keyof typeof words.attributes.types;
  readonly multiValued: boolean;
  readonly required: boolean;
  readonly description: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: words.attributes.name, cell: ({ name }) => name },
  {
    title: words.attributes.type,
    cell: ({ type, multiValued }) => {
      const name = words.attributes.types[type];
      return multiValued ? words.attributes.several(name) : name;
    },
  },
  {
    title: words.attributes.required,
    cell: ({ required }) => (required ? common.yes : common.no),
    isSecondary: true,
  },
  {
    title: words.attributes.description,
    cell: ({ description }) => <bdi>{description}</bdi>,
    isSecondary: true,
  },
];

/** What a schema adds; parts of a complex attribute stand below it as `name.part`. */
export function AttributeTable({ attributes }: { attributes: CustomSchema['attributes'] }): ReactNode {
  const rows = attributes.flatMap(({ subAttributes, ...attribute }) => [
    attribute,
    ...subAttributes.map((part) => ({ ...part, name: `${attribute.name}.${part.name}` })),
  ]);
  return (
    <Section title={words.attributes.title}>
      <DataTable
        caption={words.attributes.caption}
        columns={COLUMNS}
        rows={rows}
        keyOf={({ name }) => name}
        empty={null}
      />
    </Section>
  );
}
