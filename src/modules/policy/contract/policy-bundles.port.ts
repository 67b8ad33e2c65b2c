import type { CallContext } from '../../../kernel/context/call-context';
import type { Condition } from '../../../kernel/http/conditions/conditions';
import type { Page, PageQuery } from '../../../kernel/lists/page';
import type { LoggedDecision, NewPolicyKey, PolicyKey, PolicyVersion } from './policy-bundles.types';
import type { PolicyExplanation } from './policy.types';

/** An uploaded bundle, in one of three forms. */
export type BundleUpload =
  | { readonly kind: 'archive'; readonly bytes: Uint8Array }
  | { readonly kind: 'module'; readonly text: string }
  | {
      readonly kind: 'files';
      readonly modules: Readonly<Record<string, string>>;
      readonly data: Readonly<Record<string, unknown>>;
    };

/** A dry run of the active policy, a stored version, or an included draft. */
export interface DryRunQuery {
  readonly rule: string;
  readonly input: unknown;
  readonly draft: BundleUpload | { readonly kind: 'version'; readonly version: number } | null;
  /** The number of recent logged decisions to repeat with the draft; 0 if no decisions should be repeated. */
  readonly compareLast: number;
}

export interface DryRunReport extends PolicyExplanation {
  readonly comparison: {
    readonly compared: number;
    /** The number of decisions with masked input, for which the draft may see less than the live policy did. */
    readonly inexact: number;
    readonly changed: readonly {
      readonly decision: LoggedDecision;
      readonly draftAllowed: boolean;
      readonly draftReason: string;
    }[];
  } | null;
}

/** Inputs for which one document of the active policy, or of a draft over it, is evaluated. */
export interface TrialQuery {
  /** Such as `data.coresdk.token`. */
  readonly path: string;
  /** A Rego module that replaces its package in the active bundle; `null` to evaluate the active bundle. */
  readonly draft: string | null;
  readonly inputs: readonly unknown[];
}

/** The document for one input: JSON, or the reason why there is none. */
export type TriedDocument =
  { readonly json: string; readonly reason: '' } | { readonly json: null; readonly reason: string };

export interface TriedDocuments {
  /** False if the policy has nothing at the path; there are no documents then. */
  readonly isDefined: boolean;
  /** The documents of the first inputs. The list is shorter than the inputs if they take too much time. */
  readonly documents: readonly TriedDocument[];
}

/**
 * A tenant's policy bundles, hosted by the control plane. The context determines the tenant. Worker threads compile every upload together
 * with the base policy and run its tests before anything is stored; a refused upload has no effect. A version is activated in one
 * transaction with its audit event and the notification of the sidecars.
 */
export abstract class PolicyBundlesPort {
  /**
   * Accepts a bundle as the next version and activates it, or keeps it `staged`. If the content equals that of the active version,
   * returns the active version.
   * Errors: `unprocessable` with one field error per fault (pointer `/<file>:<row>:<col>`),
   * `payload_too_large`, `precondition_failed`, `conflict` for an earlier or reused `revision`.
   */
  abstract put(
    context: CallContext,
    upload: BundleUpload,
    condition: Condition,
    stage: boolean,
  ): Promise<PolicyVersion>;
  /**
   * Returns to the default policy: activates an empty bundle as the next version, which a rollback can undo.
   * Errors: `not_found` for a tenant without a bundle, `precondition_failed`, `unprocessable` if the tenant requires signed bundles.
   */
  abstract remove(context: CallContext, condition: Condition): Promise<void>;
  /** Returns the active version with its archive. Errors: `not_found`. */
  abstract active(context: CallContext): Promise<{ readonly version: PolicyVersion; readonly archive: Uint8Array }>;
  /** Returns a page of versions, newest first. */
  abstract versions(context: CallContext, query: PageQuery): Promise<Page<PolicyVersion>>;
  /** Activates a staged version. Errors: `not_found`; `conflict` if a newer version has been activated since. */
  abstract activate(context: CallContext, version: number, condition: Condition): Promise<PolicyVersion>;
  /** Restores the content of an earlier version (`null` for the previously active version) as a new version. Errors: `not_found`. */
  abstract rollback(context: CallContext, version: number | null, condition: Condition): Promise<PolicyVersion>;
  abstract dryRun(context: CallContext, query: DryRunQuery): Promise<DryRunReport>;
  /**
   * Evaluates one document for many inputs, without enforcing or recording anything. An error in a built-in function stops an evaluation.
   * Errors: `unprocessable` for a draft that does not compile; `unavailable` when too many dry runs are waiting.
   */
  abstract tryDocuments(context: CallContext, query: TrialQuery): Promise<TriedDocuments>;
  abstract decisions(context: CallContext, query: PageQuery): Promise<Page<LoggedDecision>>;
  abstract keys(context: CallContext): Promise<readonly PolicyKey[]>;
  /**
   * Adds or replaces a key. Once a tenant has a key, unsigned bundles are refused. Errors: `invalid_request` for a key that does not fit
   * its algorithm, `conflict` beyond 10 keys.
   */
  abstract putKey(context: CallContext, id: string, key: NewPolicyKey): Promise<PolicyKey>;
  abstract deleteKey(context: CallContext, id: string): Promise<void>;
}
