import type { CallContext } from '../../../kernel/context/call-context';

/** Whoever has saved a trigger: what it runs is theirs. */
export interface Submitter {
  readonly actorType: CallContext['actor']['type'];
  readonly actorId: string;
  readonly appId: string | null;
}

export function submitterOf({ actor, appId }: CallContext): Submitter {
  return { actorType: actor.type, actorId: actor.id, appId };
}

/** A call by whoever has saved a trigger. @param from the request that made it run, or what stands for one. */
export function contextOf(
  { actorType, actorId, appId }: Submitter,
  tenantId: string,
  from: Pick<CallContext, 'requestId' | 'ip' | 'traceparent'>,
): CallContext {
  return {
    requestId: from.requestId,
    tenantId,
    actor: { type: actorType, id: actorId },
    appId,
    isPlatformAdmin: false,
    ip: from.ip,
    deadlineMs: null,
    traceparent: from.traceparent,
    auditEventId: null,
    idempotencyKey: null,
  };
}
