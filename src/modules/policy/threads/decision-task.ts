import type {
  DocumentQuery,
  PolicyDecision,
  PolicyDocument,
  PolicyExplanation,
  PolicyQuery,
} from '../contract/policy.types';
import type { PortablePolicy } from './portable-policy';

/** The kinds of result that a thread returns. `explain` also explains the decision, which takes longer. */
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
  /** The CPU time limit of the decision itself, in addition to the time for parsing its input and compiling the policy. */
  readonly cpuMs: number;
  /** The time, in Unix milliseconds, after which no caller is waiting any longer. */
  readonly endsAtMs: number;
}

/** A thread's reply; `unusable` contains the reason why the bundle cannot be used. */
export type DecisionReply<Kind extends keyof ThreadAnswers = keyof ThreadAnswers> =
  { readonly answer: ThreadAnswers[Kind] } | { readonly unusable: string };
