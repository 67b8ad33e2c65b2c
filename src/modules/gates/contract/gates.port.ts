import type { CallContext } from '../../../kernel/context/call-context';
import type { TokenRefusal } from '../../oauth/contract/access-token.types';
import type { PolicyDenialCode } from '../../policy/contract/policy.types';

/** An action that a caller asks about, by gate. Names are untrusted: they are as the caller sent them. */
export type GateQuestion =
  | { readonly gate: 'resource'; readonly action: string; readonly resource: string }
  | {
      readonly gate: 'storage';
      readonly action: string;
      /** The tier: `private` (the app's), `user` (the user's) or `shared` (the tenant's). */
      readonly bucket: string;
      /** The path within the tier. */
      readonly objectKey: string;
    }
  | {
      readonly gate: 'database';
      readonly action: string;
      readonly collection: string;
      /** The filter as JSON text; empty for none. */
      readonly queryJson: string;
    }
  | {
      readonly gate: 'workflow';
      readonly action: string;
      readonly workflowId: string;
      /** Its input as JSON text; empty for none. */
      readonly inputJson: string;
    }
  | { readonly gate: 'secret'; readonly action: string; readonly secretName: string; readonly provider: string };

export interface GateQuery {
  /** With or without `Bearer ` before it. */
  readonly token: string;
  /** Id or slug of the tenant that the token must belong to; `null` for any. */
  readonly tenant: string | null;
  readonly question: GateQuestion;
  /** Further attributes for the policy; what is verified replaces what stands here under its name. */
  readonly context: Readonly<Record<string, string>>;
}

export type GateDenial =
  | TokenRefusal
  | PolicyDenialCode
  | 'insufficient_scope'
  | 'invalid_request'
  | 'action_unknown'
  | 'no_grant'
  | 'condition'
  | 'no_principal'
  | 'provider_read_only';

export type GateVerdict =
  | {
      readonly allowed: true;
      /** The scopes that the bearer was granted. */
      readonly permissions: readonly string[];
    }
  | {
      readonly allowed: false;
      readonly code: GateDenial;
      /** For people. */
      readonly reason: string;
      /** Version of the tenant's policy that denied; absent when the installation's own did, or none was asked. */
      readonly policyRevision?: string;
    };

/** Gates before data and compute. They report; who asks enforces. Hosted by the sidecar. */
export abstract class GatesPort {
  /**
   * Judges the token, then asks the rule of the gate (`gate-rules.ts`). Never throws for what it is asked; an outage denies
   * as `unavailable`. A denial is recorded in the audit log under the gate, an allowed action in the decision log.
   *
   * `secret` says what the secrets module does: the policy of its routes, and for `read` the same grants.
   */
  abstract decide(context: CallContext, query: GateQuery): Promise<GateVerdict>;
}
