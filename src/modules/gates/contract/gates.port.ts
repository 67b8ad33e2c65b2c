import type { CallContext } from '../../../kernel/context/call-context';
import type { TokenRefusal } from '../../oauth/contract/access-token.types';
import type { PolicyDenialCode } from '../../policy/contract/policy.types';

/** An action that a caller asks about, by gate. Names are untrusted: they are in the form that the caller sent. */
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
      /** The filter as a JSON string; empty for none. */
      readonly queryJson: string;
    }
  | {
      readonly gate: 'workflow';
      readonly action: string;
      readonly workflowId: string;
      /** The input as a JSON string; empty for none. */
      readonly inputJson: string;
    }
  | { readonly gate: 'secret'; readonly action: string; readonly secretName: string; readonly provider: string };

export interface GateQuery {
  /** The token, with or without the prefix `Bearer `. */
  readonly token: string;
  /** Id or slug of the tenant that the token must belong to; `null` for any. */
  readonly tenant: string | null;
  readonly question: GateQuestion;
  /** Further attributes for the policy; verified attributes replace those of the same name. */
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
      /** A human-readable reason. */
      readonly reason: string;
      /** Version of the tenant's policy that denied; absent if the installation's own policy denied, or none was evaluated. */
      readonly policyRevision?: string;
    };

/** Gates for data and compute. They only decide; the caller enforces. Run in the sidecar. */
export abstract class GatesPort {
  /**
   * Validates the token, then evaluates the rule of the gate (`gate-rules.ts`). Never throws for its input; an outage denies as
   * `unavailable`. A denial is recorded in the audit log under the gate, an allowed action in the decision log.
   *
   * `secret` decides like the secrets module: by the policy of its routes, and for `read` also by the grants.
   */
  abstract decide(context: CallContext, query: GateQuery): Promise<GateVerdict>;
}
