import type { OutageReason } from '../../../kernel/errors/reason';

/**
 * JSON input: the text as received, the text of a JSON object whose `input` member is the input, or a value that was created in this
 * process. The engine parses text once, without rounding numbers. An empty text means that there is no input.
 */
export type PolicyInput =
  { readonly json: string } | { readonly body: string } | { readonly value: Readonly<Record<string, unknown>> };

/** The query for a decision. */
export interface PolicyQuery {
  /** The id of the tenant whose policy decides. */
  readonly tenantId: string;
  /** The path of the rule, such as `data.authz.allow`; `data.` is optional. */
  readonly rule: string;
  readonly input: PolicyInput;
  /** The time at which the caller stops waiting, in Unix milliseconds. `null` if only the engine's own deadline applies. */
  readonly deadlineMs: number | null;
}

/** A machine-readable reason why a rule did not hold. */
export type PolicyDenialCode =
  | 'denied'
  | 'tenant_wall'
  | 'no_such_rule'
  | 'undefined'
  | 'not_boolean'
  | 'invalid_input'
  | 'evaluation_error'
  | 'deadline'
  | 'limit'
  | 'unavailable';

/** A structured decision of a rule below `data.cyberpod.resource_permission` (wire contract, policy.proto). */
export interface ResourcePermission {
  readonly decision: 'allow' | 'deny' | 'mask' | 'require_approval';
  readonly reasonCode: string;
  readonly reasonDetail: string;
  readonly obligations: {
    readonly audit: boolean;
    readonly maskFieldClasses: readonly string[];
    readonly maxRows: number;
    /** In RFC 3339 format; empty if it never expires. */
    readonly expiresAt: string;
    readonly requiresApprovalType: string;
  } | null;
  readonly safeHttpStatus: number;
  readonly decisionId: string;
}

/** The result of a query. A failure is never an exception: it results in a denial with a reason. */
export interface PolicyDecision {
  readonly allowed: boolean;
  /** `null` when allowed. */
  readonly code: PolicyDenialCode | null;
  /**
   * A message for people that names rules and locations in the policy, and missing scopes and roles, but no other values of the input.
   * Empty if the action is allowed and there is no message.
   */
  readonly reason: string;
  /** The version of the tenant's bundle that made the decision; `null` for the installation's own policy. */
  readonly version: number | null;
  readonly resourcePermission: ResourcePermission | null;
  /** The cause of `unavailable`. */
  readonly outage?: OutageReason;
}

/** The query for a document; its `rule` can be any path below `data`. */
export interface DocumentQuery extends PolicyQuery {
  /** True if an error in a built-in function stops the evaluation, instead of only making its expression undefined. */
  readonly isStrict: boolean;
  /** The prefix of each line except the first, for text that is formatted for people; `null` for compact text. */
  readonly linePrefix: string | null;
}

/** An evaluation error, as in OPA's API. */
export interface DocumentError {
  /** `eval_conflict_error`, … */
  readonly code: string;
  readonly message: string;
  readonly location?: { readonly file: string; readonly row: number; readonly col: number };
}

/** The document at a path of a policy, or the reason why there is no document. */
export interface PolicyDocument {
  /** The decision to record: allowed unless the document is false, undefined, or unavailable. */
  readonly decision: PolicyDecision;
  /** JSON with sorted members; `null` if there is no document. */
  readonly json: string | null;
  readonly hasInput: boolean;
  /** `null` unless the evaluation failed. */
  readonly error: DocumentError | null;
}

/** The details that a dry run adds to the decision. */
export interface PolicyExplanation {
  readonly decision: PolicyDecision;
  /** The rule's value as JSON; absent if it is undefined, or too large for a person to read (more than 256 KiB). */
  readonly value?: unknown;
  /** Rules that returned a value, in the order of their first success. */
  readonly decidedBy: readonly { readonly rule: string; readonly file: string; readonly row: number }[];
  readonly coverage: {
    readonly percent: number;
    readonly files: readonly {
      readonly path: string;
      readonly covered: readonly number[];
      readonly notCovered: readonly number[];
    }[];
  };
  /** The time spent in each rule's own bodies, in descending order. */
  readonly timings: readonly {
    readonly rule: string;
    readonly file: string;
    readonly row: number;
    readonly calls: number;
    readonly micros: number;
  }[];
  readonly durationMicros: number;
}

/** An activated bundle, as sent to watchers. */
export interface PolicyUpdate {
  readonly version: number;
  /** The bundle: a gzipped tarball in OPA's layout. */
  readonly archive: Uint8Array;
  readonly activatedAtMs: number;
}

/** A change feed topic: a tenant has a new active bundle. The key is the tenant id. */
export const POLICY_TOPIC = 'policy';

/** The rule that guards every call to the backend. */
export const AUTHZ_RULE = 'data.authz.allow';
