import { Button, Group, Input, Stack, TextInput } from '@mantine/core';
import { type ReactNode, useId, useState } from 'react';
import { graphql } from '../../api/graphql.ts';
import { useChange } from '../../api/use-change.ts';
import { listProviders, words } from '../../words/ip-rules.ts';
import { cutList, type ListProvider, publishedOnIn } from './cut-list.ts';
import { PreviewedChange } from './previewed-change.tsx';

const MOST_BYTES = 16 * 1024 * 1024;

const IMPORT = graphql(`
  mutation ImportIpRuleList($input: IpRuleListImportInput!) {
    ipRuleListImport(input: $input) {
      ... on IpRuleListImportPayload {
        # Previews of other changes are looked at anew by it.
        added {
          range
        }
        removed {
          range
        }
        ipRules {
          version
        }
      }
      ... on UserError {
        code
        message
      }
      ... on InvalidInput {
        fields {
          path
          message
        }
      }
      ... on PlanChanged {
        differences
      }
    }
  }
`);

/** Reads a published list here, and sends the part that is taken. */
export function ImportList({
  provider,
  onImported,
  onClose,
}: {
  provider: ListProvider;
  onImported: (text: string) => void;
  onClose: () => void;
}): ReactNode {
  const fileId = useId();
  const [file, setFile] = useState<string>();
  const [fault, setFault] = useState<string>();
  const [publishedOn, setPublishedOn] = useState('');
  const change = useChange(IMPORT, 'ipRuleListImport');
  const list =
    file === undefined ? undefined : { provider, file, ...(publishedOn !== '' && { publishedOn }) };

  const choose = async (chosen: File | undefined): Promise<void> => {
    change.forget();
    setFile(undefined);
    setFault(undefined);
    if (chosen === undefined) return;
    if (chosen.size > MOST_BYTES) return setFault(words.import.tooLarge);
    const cut = cutList(provider, await chosen.text());
    if (cut === undefined) return setFault(words.import.notJson);
    setFile(cut);
    setPublishedOn(publishedOnIn(chosen.name) ?? '');
  };

  const apply = async (input: NonNullable<typeof list>, previewToken: string): Promise<void> => {
    if ((await change.make({ input: { ...input, previewToken } })) === undefined) return;
    onImported(words.import.done(listProviders[provider]));
  };

  return (
    <Stack gap="sm">
      <Input.Wrapper id={fileId} label={words.import.file} error={fault} errorProps={{ role: 'alert' }}>
        <input
          id={fileId}
          type="file"
          accept=".json,application/json"
          onChange={(event) => void choose(event.currentTarget.files?.[0])}
          style={{ display: 'block', maxWidth: '100%' }}
        />
      </Input.Wrapper>
      <TextInput
        type="date"
        label={words.import.published}
        description={words.import.publishedHelp}
        value={publishedOn}
        onChange={(event) => setPublishedOn(event.currentTarget.value)}
        maw="20rem"
      />
      {list === undefined ? (
        <Group>
          <Button variant="default" onClick={onClose}>
            {words.import.cancel}
          </Button>
        </Group>
      ) : (
        <PreviewedChange
          input={{ importList: list }}
          action={words.import.action}
          change={change}
          onApply={(previewToken) => void apply(list, previewToken)}
          onDiscard={onClose}
        />
      )}
    </Stack>
  );
}
