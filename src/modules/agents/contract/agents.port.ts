import type { CallContext } from '../../../kernel/context/call-context';
import type { TokenRefusal } from '../../oauth/contract/access-token.types';
import type { PolicyDenialCode } from '../../policy/contract/policy.types';

/** Beyond what the caller says itself; the ways in which it is said differ. */
interface Delegation {
  /** Token of whoever delegates, with or without `Bearer ` before it. */
  readonly parentToken: string;
  /** Id or slug of the tenant that the parent must belong to; `null` for any. It only narrows. */
  readonly tenant: string | null;
}

/** A token for an agent that calls one service on behalf of the parent. */
export interface AgentMint extends Delegation {
  /** The service that the agent is or calls, 1–128 of `A-Z a-z 0-9 . _ : / -`; a name or a URL. */
  readonly targetService: string;
  /** All of them must be the parent's. */
  readonly scopes: readonly string[];
  /** 1–300; more is cut to 300. `null`: 300. */
  readonly ttlSeconds: number | null;
}

/** A token for an agent that a user starts. */
export interface AgentSpawn extends Delegation {
  /** As `targetService` of {@link AgentMint}. */
  readonly agentId: string;
  /** What of it the user may not do is left out. */
  readonly capabilities: readonly string[];
  /** Clamped to 1–300. */
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
      /** Who delegated to whom, the first one first: a user or an app, then agents. */
      readonly chain: readonly string[];
    }
  | {
      readonly allowed: false;
      readonly code: AgentDenial;
      /** For people, in ASCII. */
      readonly reason: string;
    };

/**
 * Tokens for agents: access tokens of the installation that live at most 300 s and never longer than their parent, whose
 * scopes are some of the parent's, and which end with it, whatever ends it (its own revocation, its session, grant, user,
 * app or tenant). The tenant's policy decides (`data.coresdk.agent_delegation.allow`). Whoever shows a live token may ask.
 * Each answer is in the audit log before it is given. Never throws for what it is asked. Errors: `unavailable`.
 */
export abstract class AgentsPort {
  /** `grant_type` of the token: `agent_delegation`. The parent may be an agent's, up to 3 agents in a chain. */
  abstract mint(context: CallContext, order: AgentMint): Promise<AgentVerdict>;

  /** `grant_type` of the token: `agent_spawn`. The parent must be a user's own token. */
  abstract spawn(context: CallContext, order: AgentSpawn): Promise<AgentVerdict>;
}
