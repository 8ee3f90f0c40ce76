import type { ReactNode } from 'react';
import { useAnswer } from '../../../api/use-answer.ts';
import { isRefused } from '../../../api/use-change.ts';
import { Loaded, RefusalNotice } from '../../../ui/notices.tsx';
import { EffectList } from '../scim/effect-list.tsx';
import { VERIFICATION } from './verification.ts';

/** What it brings about that a domain is verified, before it is. */
export function VerificationEffects({ domain }: { domain: string }): ReactNode {
  const answer = useAnswer(VERIFICATION, { domain, first: 1 });
  return (
    <Loaded answer={answer}>
      {({ domainVerificationPreview: result }) =>
        isRefused(result) ? <RefusalNotice refusal={result} /> : <EffectList effects={result.effects} />
      }
    </Loaded>
  );
}
