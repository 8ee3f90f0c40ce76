import type { ReactNode } from 'react';
import { graphql } from '../../api/graphql.ts';
import { useChange } from '../../api/use-change.ts';
import { listProviders, words } from '../../words/ip-rules.ts';
import type { ListProvider } from './cut-list.ts';
import { PreviewedChange } from './previewed-change.tsx';

const REMOVE = graphql(`
  mutation RemoveIpRuleList($input: IpRuleListRemoveInput!) {
    ipRuleListRemove(input: $input) {
      ... on IpRuleListRemovePayload {
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
      ... on PlanChanged {
        differences
      }
    }
  }
`);

/** Shows whom taking a list away would refuse, before it is taken away. */
export function RemoveList({
  provider,
  onRemoved,
  onClose,
}: {
  provider: ListProvider;
  onRemoved: (text: string) => void;
  onClose: () => void;
}): ReactNode {
  const change = useChange(REMOVE, 'ipRuleListRemove');
  const apply = async (previewToken: string): Promise<void> => {
    const payload = await change.make({ input: { provider, previewToken } });
    if (payload !== undefined) onRemoved(words.import.removed(listProviders[provider]));
  };
  return (
    <PreviewedChange
      input={{ removeList: provider }}
      action={words.lists.removeAction}
      change={change}
      onApply={(previewToken) => void apply(previewToken)}
      onDiscard={onClose}
    />
  );
}
