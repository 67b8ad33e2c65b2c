import type { Request } from 'express';
import type { CallContext } from '../../kernel/context/call-context';
import { callerlessContext } from '../../kernel/http/callerless-context';
import { requestState } from '../../kernel/http/request-state';
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
  return callerlessContext(requestState(request));
}
