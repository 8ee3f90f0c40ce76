import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { graphql } from '../../../api/graphql.ts';
import { useAnswer } from '../../../api/use-answer.ts';
import { isRefused, useChange } from '../../../api/use-change.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { Loaded, RefusalNotice } from '../../../ui/notices.tsx';
import { words } from '../../../words/domains.ts';
import { EffectList } from '../scim/effect-list.tsx';

const PREVIEW = graphql(`
  query DomainRemovalPreview($domain: String!) {
    domainRemovalPreview(domain: $domain) {
      __typename
      ... on DomainRemovalPreview {
        effects {
          kind
          text
          count
          examples {
            id
            name
            note
          }
        }
      }
      ... on UserError {
        code
        message
      }
    }
  }
`);

const REMOVE = graphql(`
  mutation DomainRemove($input: DomainRemoveInput!) {
    domainRemove(input: $input) {
      ... on DomainRemovePayload {
        domain {
          name
        }
      }
      ... on UserError {
        code
        message
      }
    }
  }
`);

/** Says what newcomers meet without the domain, and asks. */
export function RemoveDomain({
  domain,
  onClose,
  onRemoved,
}: {
  domain: string;
  onClose: () => void;
  onRemoved: () => void;
}): ReactNode {
  const answer = useAnswer(PREVIEW, { domain });
  const { make, isUnderWay, refusal } = useChange(REMOVE, 'domainRemove');
  const remove = async (): Promise<void> => {
    if ((await make({ input: { domain } })) === undefined) return;
    onClose();
    onRemoved();
  };
  return (
    <Confirm
      title={words.removeTitle(domain)}
      action={words.removeNow}
      isDangerous
      isUnderWay={isUnderWay}
      refusal={refusal}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      <Loaded answer={answer}>
        {({ domainRemovalPreview: result }) => {
          if (isRefused(result)) return <RefusalNotice refusal={result} />;
          if (result.effects.length === 0) return <Text>{words.removePending}</Text>;
          return <EffectList effects={result.effects} />;
        }}
      </Loaded>
    </Confirm>
  );
}
