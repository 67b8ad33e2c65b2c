import type {
  DocumentQuery,
  PolicyDecision,
  PolicyDocument,
  PolicyExplanation,
  PolicyQuery,
} from '../contract/policy.types';
import type { PortablePolicy } from './portable-policy';

/** The answers of threads. `explain` tells how the decision came about, and takes longer. */
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
  /** CPU time of the decision itself; to read its input and to compile the policy comes on top. */
  readonly cpuMs: number;
  /** Unix milliseconds after which no caller waits any more. */
  readonly endsAtMs: number;
}

/** The answer of a thread; `unusable` says why the bundle cannot be used. */
export type DecisionReply<Kind extends keyof ThreadAnswers = keyof ThreadAnswers> =
  { readonly answer: ThreadAnswers[Kind] } | { readonly unusable: string };
