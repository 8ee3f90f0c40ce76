import { Button, Group as Row, Stack, TagsInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { graphql } from '../../../api/graphql.ts';
import { faultOf, useChange } from '../../../api/use-change.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { words } from '../../../words/group.ts';
import type { Group } from './group-query.ts';
import { MappingPreview, usePreview } from './mapping-preview.tsx';

const SET = graphql(`
  mutation SetSsoGroupMapping($input: GroupSsoMappingSetInput!) {
    groupSsoMappingSet(input: $input) {
      ... on GroupSsoMappingSetPayload {
        group {
          id
        }
      }
      ... on UserError {
        code
        message
      }
      ... on PlanChanged {
        differences
      }
      ... on InvalidInput {
        fields {
          path
          message
        }
      }
    }
  }
`);

const { mapping: texts } = words;

/** What the preview says is what is done: what would come to something else by then is refused. */
export function MappingForm({ group, onClose }: { group: Group; onClose: () => void }): ReactNode {
  const change = useChange(SET, 'groupSsoMappingSet');
  const [idpGroups, setIdpGroups] = useState([...group.ssoMapping]);
  const { preview, refusal, isLoading, ask } = usePreview(group.id, idpGroups);
  const apply = async (): Promise<void> => {
    if (preview === undefined) return;
    const input = { groupId: group.id, idpGroups, previewToken: preview.previewToken };
    if ((await change.make({ input })) !== undefined) onClose();
  };
  return (
    <Confirm
      title={texts.editTitle(group.displayName)}
      action={texts.apply}
      isReady={preview !== undefined}
      isUnderWay={change.isUnderWay}
      refusal={change.refusal ?? refusal}
      onConfirm={() => void apply()}
      onClose={onClose}
    >
      <Stack gap="sm">
        <TagsInput
          label={texts.field}
          description={texts.help}
          value={idpGroups}
          onChange={(names) => {
            change.forget();
            setIdpGroups(names);
          }}
          splitChars={[]}
          isDuplicate={(name, names) => names.includes(name)}
          error={faultOf(change.refusal ?? refusal, 'input.idpGroups')}
        />
        <Row>
          <Button
            variant="default"
            loading={isLoading}
            onClick={() => {
              change.forget();
              ask();
            }}
          >
            {texts.preview}
          </Button>
        </Row>
        {preview !== undefined && <MappingPreview preview={preview} />}
      </Stack>
    </Confirm>
  );
}
