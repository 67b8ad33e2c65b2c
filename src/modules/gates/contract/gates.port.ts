import type { CallContext } from '../../../kernel/context/call-context';
import type { TokenRefusal } from '../../oauth/contract/access-token.types';
import type { PolicyDenialCode } from '../../policy/contract/policy.types';

/** An action on which a gate decides, in one form per gate. Names are untrusted and have the form in which the caller sent them. */
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
      /** The filter as a JSON string; empty if there is none. */
      readonly queryJson: string;
    }
  | {
      readonly gate: 'workflow';
      readonly action: string;
      readonly workflowId: string;
      /** The input as a JSON string; empty if there is none. */
      readonly inputJson: string;
    }
  | { readonly gate: 'secret'; readonly action: string; readonly secretName: string; readonly provider: string };

export interface GateQuery {
  /** The token, with or without the prefix `Bearer `. */
  readonly token: string;
  /** The id or slug of the tenant to which the token must belong; `null` for any tenant. */
  readonly tenant: string | null;
  readonly question: GateQuestion;
  /** Further attributes for the policy; verified attributes replace those with the same name. */
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
      /** The scopes that were granted to the bearer. */
      readonly permissions: readonly string[];
    }
  | {
      readonly allowed: false;
      readonly code: GateDenial;
      /** A human-readable reason. */
      readonly reason: string;
      /** The version of the tenant's policy that denied; absent if the installation's own policy denied, or no policy was evaluated. */
      readonly policyRevision?: string;
    };

/** Gates for data and compute, in the sidecar. They only decide; the caller enforces the decisions. */
export abstract class GatesPort {
  /**
   * Validates the token, then evaluates the gate's rule (`gate-rules.ts`). No input makes it throw; during an outage, it denies
   * the action as `unavailable`. A denial is recorded in the audit log under the gate, and an allowed action is recorded in the decision
   * log.
   *
   * `secret` decides like the secrets module: according to the policy of the module's routes and, for `read`, also according to the grants.
   */
  abstract decide(context: CallContext, query: GateQuery): Promise<GateVerdict>;
}
