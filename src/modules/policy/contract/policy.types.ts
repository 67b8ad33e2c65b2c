import type { OutageReason } from '../../../kernel/errors/reason';

/**
 * JSON input: the text as it came, the text of a JSON object whose member `input` is the input, or a value that was created here. The
 * engine parses text once, exactly. An empty text is no input.
 */
export type PolicyInput =
  { readonly json: string } | { readonly body: string } | { readonly value: Readonly<Record<string, unknown>> };

/** The query for a decision. */
export interface PolicyQuery {
  /** Id of the tenant whose policy decides. */
  readonly tenantId: string;
  /** Such as `data.authz.allow`; `data.` is optional. */
  readonly rule: string;
  readonly input: PolicyInput;
  /** Unix milliseconds after which the caller no longer waits; `null`: only the engine's own deadline applies. */
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
    /** RFC 3339; empty if it never expires. */
    readonly expiresAt: string;
    readonly requiresApprovalType: string;
  } | null;
  readonly safeHttpStatus: number;
  readonly decisionId: string;
}

/** The result of a query. A decision is never an exception: a failure denies, with a reason. */
export interface PolicyDecision {
  readonly allowed: boolean;
  /** `null` when allowed. */
  readonly code: PolicyDenialCode | null;
  /** For people; names rules and places of the policy, never values of the input. Empty when allowed without a message. */
  readonly reason: string;
  /** Version of the tenant's bundle that decided; `null` for the installation's own policy. */
  readonly version: number | null;
  readonly resourcePermission: ResourcePermission | null;
  /** The cause of `unavailable`. */
  readonly outage?: OutageReason;
}

/** The query for a document; its `rule` may name any place below `data`. */
export interface DocumentQuery extends PolicyQuery {
  /** True when an error of a built-in function ends the evaluation, instead of only making its expression undefined. */
  readonly isStrict: boolean;
  /** The beginning of each line but the first of a text that is laid out for people; `null` for a compact one. */
  readonly linePrefix: string | null;
}

/** An error of an evaluation, as in OPA's API. */
export interface DocumentError {
  /** `eval_conflict_error`, … */
  readonly code: string;
  readonly message: string;
  readonly location?: { readonly file: string; readonly row: number; readonly col: number };
}

/** The document at a place of a policy, or the reason why there is none. */
export interface PolicyDocument {
  /** The decision to record: allowed unless the document is false, undefined, or unavailable. */
  readonly decision: PolicyDecision;
  /** JSON with sorted members; `null` without a document. */
  readonly json: string | null;
  readonly hasInput: boolean;
  /** `null` unless the evaluation failed. */
  readonly error: DocumentError | null;
}

/** The details that a dry run adds to the decision. */
export interface PolicyExplanation {
  readonly decision: PolicyDecision;
  /** The rule's value as JSON; absent when undefined, or too large to be read by anyone (256 KiB). */
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
  /** Time within each rule's own bodies, in descending order. */
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

/** Topic of the change feed: a tenant has a new active bundle. Key: tenant id. */
export const POLICY_TOPIC = 'policy';

/** The rule that guards every call of the backend. */
export const AUTHZ_RULE = 'data.authz.allow';
