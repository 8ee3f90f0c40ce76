import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { graphql } from '../../../api/graphql.ts';
import { useChange } from '../../../api/use-change.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { words } from '../../../words/custom-schemas.ts';
import type { CustomSchema } from './custom-schemas.ts';

const DELETE = graphql(`
  mutation CustomSchemaDelete($input: CustomSchemaDeleteInput!) {
    customSchemaDelete(input: $input) {
      ... on CustomSchemaDeletePayload {
        customSchema {
          id
          state
        }
        deletion {
          id
        }
      }
      ... on UserError {
        code
        message
      }
    }
  }
`);

/** Asks before a schema goes; its name has to be typed where values go with it. */
export function RemoveSchema({
  schema: { id, name, version, resourceType, resourcesWithValues },
  onClose,
  onRemoved,
}: {
  schema: CustomSchema;
  onClose: () => void;
  onRemoved: (jobId: string | undefined) => void;
}): ReactNode {
  const { make, isUnderWay, refusal } = useChange(DELETE, 'customSchemaDelete');
  const hasValues = resourcesWithValues > 0;
  const remove = async (): Promise<void> => {
    const input = { id, expectedVersion: version, deleteValues: hasValues };
    const done = await make({ input });
    if (done !== undefined) onRemoved(done.deletion?.id);
  };
  return (
    <Confirm
      title={words.remove.title(name)}
      action={words.remove.now}
      isDangerous
      {...(hasValues && { typeToConfirm: name })}
      isUnderWay={isUnderWay}
      refusal={refusal}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      <Text>{words.remove.text}</Text>
      {hasValues && (
        <Text mt="sm">
          {words.remove.values(words.withValues[resourceType](resourcesWithValues.toLocaleString('en')))}
        </Text>
      )}
    </Confirm>
  );
}
