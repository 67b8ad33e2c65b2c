import type { CallContext } from '../../../kernel/context/call-context';
import type { Condition } from '../../../kernel/http/conditions/conditions';
import type { Page, PageQuery } from '../../../kernel/lists/page';
import type { LoggedDecision, NewPolicyKey, PolicyKey, PolicyVersion } from './policy-bundles.types';
import type { PolicyExplanation } from './policy.types';

/** A bundle as it was sent, in one of three forms. */
export type BundleUpload =
  | { readonly kind: 'archive'; readonly bytes: Uint8Array }
  | { readonly kind: 'module'; readonly text: string }
  | {
      readonly kind: 'files';
      readonly modules: Readonly<Record<string, string>>;
      readonly data: Readonly<Record<string, unknown>>;
    };

/** A dry run: of the active policy, of a stored version, or of a draft that is sent along. */
export interface DryRunQuery {
  readonly rule: string;
  readonly input: unknown;
  readonly draft: BundleUpload | { readonly kind: 'version'; readonly version: number } | null;
  /** How many of the last logged decisions to decide again with the draft; 0 for none. */
  readonly compareLast: number;
}

export interface DryRunReport extends PolicyExplanation {
  readonly comparison: {
    readonly compared: number;
    /** Decisions whose input was masked, so that the draft may see less than the live policy saw. */
    readonly inexact: number;
    readonly changed: readonly {
      readonly decision: LoggedDecision;
      readonly draftAllowed: boolean;
      readonly draftReason: string;
    }[];
  } | null;
}

/**
 * A tenant's policy bundles. Hosted by the control plane; the tenant is the context's. Every upload is compiled together
 * with the base policy and its tests are run, apart from this thread, before anything is stored; a refusal changes nothing.
 * A version is activated in one transaction with its audit event and the notice to the sidecars.
 */
export abstract class PolicyBundlesPort {
  /**
   * Accepts a bundle as the next version and activates it, or keeps it `staged`. The same content as the active version
   * answers that version. Errors: `unprocessable` with one field error per fault (pointer `/<file>:<row>:<col>`),
   * `payload_too_large`, `precondition_failed`, `conflict` (an older or reused `revision`).
   */
  abstract put(
    context: CallContext,
    upload: BundleUpload,
    condition: Condition,
    stage: boolean,
  ): Promise<PolicyVersion>;
  /** The active version with its archive. Errors: `not_found`. */
  abstract active(context: CallContext): Promise<{ readonly version: PolicyVersion; readonly archive: Uint8Array }>;
  /** Newest first. */
  abstract versions(context: CallContext, query: PageQuery): Promise<Page<PolicyVersion>>;
  /** Activates a staged version. Errors: `not_found`; `conflict` when a newer one has been activated since. */
  abstract activate(context: CallContext, version: number, condition: Condition): Promise<PolicyVersion>;
  /** Brings the content of an earlier version back as a new version. `null`: the one that was active before. Errors: `not_found`. */
  abstract rollback(context: CallContext, version: number | null, condition: Condition): Promise<PolicyVersion>;
  abstract dryRun(context: CallContext, query: DryRunQuery): Promise<DryRunReport>;
  abstract decisions(context: CallContext, query: PageQuery): Promise<Page<LoggedDecision>>;
  abstract keys(context: CallContext): Promise<readonly PolicyKey[]>;
  /** From the first key on, unsigned bundles are refused. Errors: `invalid_request` for a key that does not fit its algorithm, `conflict` beyond 10 keys. */
  abstract putKey(context: CallContext, id: string, key: NewPolicyKey): Promise<PolicyKey>;
  abstract deleteKey(context: CallContext, id: string): Promise<void>;
}
