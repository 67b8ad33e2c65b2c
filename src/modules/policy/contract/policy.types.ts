import type { OutageReason } from '../../../kernel/errors/reason';

/**
 * JSON: as text when it came as text (the engine parses it once, exactly), as the text of a JSON object whose member `input` is
 * the input, or as a value when it was made here. An empty text is no input.
 */
export type PolicyInput =
  { readonly json: string } | { readonly body: string } | { readonly value: Readonly<Record<string, unknown>> };

/** The question that a decision answers. */
export interface PolicyQuery {
  /** Id of the tenant whose policy decides. */
  readonly tenantId: string;
  /** `data.authz.allow`; `data.` may be left out. */
  readonly rule: string;
  readonly input: PolicyInput;
  /** Unix milliseconds after which the caller no longer waits; `null`: the engine's own deadline alone. */
  readonly deadlineMs: number | null;
}

/** Why a rule did not hold, in a word that machines can read. */
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
    /** RFC 3339; empty for none. */
    readonly expiresAt: string;
    readonly requiresApprovalType: string;
  } | null;
  readonly safeHttpStatus: number;
  readonly decisionId: string;
}

/** The answer to a query. A decision is never an exception: what goes wrong denies, with a reason. */
export interface PolicyDecision {
  readonly allowed: boolean;
  /** `null` when allowed. */
  readonly code: PolicyDenialCode | null;
  /** For people; names rules and places of the policy, never values of the input. Empty when allowed without words. */
  readonly reason: string;
  /** Version of the tenant's bundle that decided; `null` for the installation's own policy. */
  readonly version: number | null;
  readonly resourcePermission: ResourcePermission | null;
  /** Beside `unavailable`: why. */
  readonly outage?: OutageReason;
}

/** What is asked for a document; its `rule` may name any place below `data`. */
export interface DocumentQuery extends PolicyQuery {
  /** Whether an error of a built-in function ends the evaluation, and does not only make its expression undefined. */
  readonly isStrict: boolean;
  /** The beginning of each line but the first of a text that is laid out for people; `null` for a compact one. */
  readonly linePrefix: string | null;
}

/** An error of an evaluation, as OPA's API tells it. */
export interface DocumentError {
  /** `eval_conflict_error`, … */
  readonly code: string;
  readonly message: string;
  readonly location?: { readonly file: string; readonly row: number; readonly col: number };
}

/** The document at a place of a policy, or why there is none. */
export interface PolicyDocument {
  /** How it is recorded: allowed, unless the document is false, undefined, or could not be had. */
  readonly decision: PolicyDecision;
  /** JSON with sorted members; `null` where there is nothing. */
  readonly json: string | null;
  readonly hasInput: boolean;
  /** `null` unless the evaluation failed. */
  readonly error: DocumentError | null;
}

/** What a dry run tells besides the decision. */
export interface PolicyExplanation {
  readonly decision: PolicyDecision;
  /** The rule's value as JSON; absent when undefined, or too large to be read by anyone (256 KiB). */
  readonly value?: unknown;
  /** Rules that gave a value, in the order of their first success. */
  readonly decidedBy: readonly { readonly rule: string; readonly file: string; readonly row: number }[];
  readonly coverage: {
    readonly percent: number;
    readonly files: readonly {
      readonly path: string;
      readonly covered: readonly number[];
      readonly notCovered: readonly number[];
    }[];
  };
  /** Time within each rule's own bodies, most first. */
  readonly timings: readonly {
    readonly rule: string;
    readonly file: string;
    readonly row: number;
    readonly calls: number;
    readonly micros: number;
  }[];
  readonly durationMicros: number;
}

/** An activated bundle, as watchers are sent it. */
export interface PolicyUpdate {
  readonly version: number;
  /** The bundle: a gzipped tarball in OPA's layout. */
  readonly archive: Uint8Array;
  readonly activatedAtMs: number;
}

/** Topic of the change feed: a tenant has another active bundle. Key: tenant id. */
export const POLICY_TOPIC = 'policy';

/** The rule that guards every call of the backend. */
export const AUTHZ_RULE = 'data.authz.allow';
