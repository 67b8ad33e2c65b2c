import type {
  DocumentQuery,
  PolicyDecision,
  PolicyDocument,
  PolicyExplanation,
  PolicyQuery,
} from '../contract/policy.types';
import type { PortablePolicy } from './portable-policy';

/** The results of threads. `explain` also explains the decision, which takes longer. */
export interface ThreadAnswers {
  readonly decide: PolicyDecision;
  readonly explain: PolicyExplanation;
  readonly document: PolicyDocument;
}

/** A decision to make in a thread. */
export interface DecisionTask {
  readonly kind: keyof ThreadAnswers;
  readonly policy: PortablePolicy;
  readonly query: Pick<PolicyQuery, 'rule' | 'input'> & Partial<Pick<DocumentQuery, 'isStrict' | 'linePrefix'>>;
  /** The CPU time of the decision itself, in addition to parsing its input and compiling the policy. */
  readonly cpuMs: number;
  /** The time, in Unix milliseconds, after which no caller waits any more. */
  readonly endsAtMs: number;
}

/** The reply of a thread; `unusable` has the reason why the bundle cannot be used. */
export type DecisionReply<Kind extends keyof ThreadAnswers = keyof ThreadAnswers> =
  { readonly answer: ThreadAnswers[Kind] } | { readonly unusable: string };
