import type { Request } from 'express';
import type { CallContext } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { newId } from '../../kernel/ids/ids';
import { type RequestState, requestState } from '../../kernel/http/request-state';
import type { RouteAccess } from '../../kernel/http/route-access';
import type { Clock } from '../../kernel/time/clock';
import type { AuditPort } from '../../modules/audit/contract/audit.port';
import { auditEvent } from '../../modules/audit/contract/audit.types';

/** Records a denial of a guard (401, 403, 429, or 503 for a policy that gives no decision) before the caller hears of it; in the `system` log without a tenant. */
export async function recordDenial(
  audit: AuditPort,
  clock: Clock,
  context: CallContext,
  access: RouteAccess,
  reason: string,
): Promise<void> {
  const { action, resourceType } = access;
  const event = { action, resourceType, resourceId: '', outcome: 'denied' as const, reason };
  await audit.record(context, auditEvent(context, event, clock.nowMs()));
}

/** The context of a request whose caller is not known (yet). */
export function anonymousContext(request: Request): CallContext {
  return callerlessContext(requestState(request), 'anonymous');
}

/** The same from the state of a request; `claimed` is what the caller says to be. */
export function callerlessContext({ requestId, ip, traceparent }: RequestState, claimed: string): CallContext {
  return {
    requestId,
    tenantId: null,
    actor: { type: 'service', id: claimed },
    appId: null,
    isPlatformAdmin: false,
    ip,
    deadlineMs: null,
    traceparent,
    auditEventId: newId('aud'),
    idempotencyKey: null,
  };
}

/** The challenge of RFC 6750 §3; without an error code when no credentials came (§3.1). */
export function bearerChallenge(parts: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const parameters = Object.entries({ realm: 'coresdk', ...parts }).map(([name, value]) => `${name}="${value}"`);
  return { 'WWW-Authenticate': `Bearer ${parameters.join(', ')}` };
}

/** 403 for a token without the scope that a route needs. */
export function insufficientScope(scope: string): AppError {
  return new AppError('forbidden', `This call needs the scope "${scope}".`, {
    reason: 'insufficient_scope',
    headers: bearerChallenge({ error: 'insufficient_scope', scope }),
  });
}
