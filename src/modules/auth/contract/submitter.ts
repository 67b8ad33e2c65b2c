import type { Actor, CallContext } from '../../../kernel/context/call-context';
import type { Principal } from './principal.types';

/** The submitter of stored work. Rows that predate stored principals do not contain any other record of their authority. */
export interface Submitter {
  readonly actorType: Actor['type'];
  readonly actorId: string;
  readonly appId: string | null;
}

/** The maximum lifetime of an agent's token (`agents/domain/agent-claims.ts`). */
const AGENT_SECONDS = 300;
/** `agent:{id}@user:{user}@tenant:{tenant}`, the subject of an agent's token. */
const AGENT_OF_USER = /@user:([^@]+)@tenant:/;

export function submitterOf({ actor, appId }: CallContext): Submitter {
  return { actorType: actor.type, actorId: actor.id, appId };
}

/**
 * Returns the principal of a stored row. For a row without a principal, derives it from the authority that the submitter had when the row
 * was stored.
 */
export function storedPrincipal(principal: Principal | null, submitter: Submitter, createdAt: Date): Principal {
  if (principal !== null) return principal;
  const { actorType: type, actorId: id, appId } = submitter;
  const issuedAt = Math.floor(createdAt.getTime() / 1_000);
  return {
    actor: { type, id },
    appId,
    userId: userOf(submitter),
    scopes: null,
    credentialId: null,
    grantId: null,
    sessionId: null,
    tokenIds: [],
    issuedAt,
    expiresAt: type === 'agent' ? issuedAt + AGENT_SECONDS : null,
  };
}

function userOf({ actorType, actorId }: Submitter): string | null {
  if (actorType === 'user') return actorId;
  return actorType === 'agent' ? (AGENT_OF_USER.exec(actorId)?.[1] ?? null) : null;
}
