import type { PolicyDecision, PolicyExplanation, PolicyQuery } from '../contract/policy.types';
import type { PortablePolicy } from './portable-policy';

/** A decision to be made in a thread. */
export interface DecisionTask {
  /** `explain` tells how the decision came about, and takes longer. */
  readonly kind: 'decide' | 'explain';
  readonly policy: PortablePolicy;
  readonly query: Pick<PolicyQuery, 'rule' | 'input'>;
  /** CPU time of the decision itself; to read its input and to compile the policy comes on top. */
  readonly cpuMs: number;
  /** Unix milliseconds after which nobody waits any more. */
  readonly endsAtMs: number;
}

/** What a thread answers; `unusable` says why the bundle cannot be used. */
export type DecisionReply<Kind extends DecisionTask['kind'] = DecisionTask['kind']> =
  { readonly answer: Kind extends 'decide' ? PolicyDecision : PolicyExplanation } | { readonly unusable: string };
