import type { CallContext } from '../../../kernel/context/call-context';
import type { TokenRefusal } from '../../oauth/contract/access-token.types';
import type { PolicyDenialCode } from '../../policy/contract/policy.types';

/** The members that the two kinds of delegation share. */
interface Delegation {
  /** The delegating party's token, with or without the prefix `Bearer `. */
  readonly parentToken: string;
  /** The id or slug of the tenant to which the parent must belong; `null` for any tenant. Naming a tenant can only restrict the request. */
  readonly tenant: string | null;
}

/** A token for an agent that calls one service on behalf of the parent. */
export interface AgentMint extends Delegation {
  /** The name or URL of the service that the agent represents or calls: 1–128 characters from `A-Z a-z 0-9 . _ : / -`. */
  readonly targetService: string;
  /** The requested scopes; the parent must have all of them. */
  readonly scopes: readonly string[];
  /** The lifetime in seconds, 1–300; larger values become 300. `null` means 300. */
  readonly ttlSeconds: number | null;
}

/** A token for an agent that a user starts. */
export interface AgentSpawn extends Delegation {
  /** The agent's name, in the same format as `targetService` in {@link AgentMint}. */
  readonly agentId: string;
  /** The requested capabilities. Capabilities that the user does not have are omitted from the token. */
  readonly capabilities: readonly string[];
  /** The lifetime in seconds, clamped to 1–300. */
  readonly ttlSeconds: number;
}

export type AgentDenial =
  | TokenRefusal
  | PolicyDenialCode
  | 'invalid_request'
  | 'not_a_user'
  | 'chain_too_long'
  | 'nothing_to_delegate'
  | 'scope_not_held_by_parent'
  | 'scope_reserved';

export type AgentVerdict =
  | {
      readonly allowed: true;
      readonly token: string;
      readonly ttlSeconds: number;
      readonly scopes: readonly string[];
      /** The chain of delegation, in order: a user or an app, then agents. */
      readonly chain: readonly string[];
    }
  | {
      readonly allowed: false;
      readonly code: AgentDenial;
      /** A human-readable explanation in ASCII. */
      readonly reason: string;
    };

/**
 * Issues tokens for agents: access tokens that are valid for at most 300 s, never longer than their parent, and have a subset of the
 * parent's scopes. Anything that invalidates the parent (its own revocation, or the end of its session, grant, user, app or tenant) also
 * invalidates them. The tenant's policy decides (`data.coresdk.agent_delegation.allow`). Any bearer of a valid token can request one. Each
 * result is recorded in the audit log before it is returned. Invalid input never causes an exception. Errors: `unavailable`.
 */
export abstract class AgentsPort {
  /** Issues a token with the `grant_type` `agent_delegation`. The parent can be an agent's token, with up to 3 agents in a chain. */
  abstract mint(context: CallContext, order: AgentMint): Promise<AgentVerdict>;

  /** Issues a token with the `grant_type` `agent_spawn`. The parent must be a user's own token. */
  abstract spawn(context: CallContext, order: AgentSpawn): Promise<AgentVerdict>;
}
