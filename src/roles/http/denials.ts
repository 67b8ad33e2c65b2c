import { makeCounterProvider } from '@willsoto/nestjs-prometheus';
import type { Request } from 'express';
import type { Counter } from 'prom-client';
import { ANONYMOUS, type CallContext, httpContext } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { requestState } from '../../kernel/http/request-state';
import type { RouteAccess } from '../../kernel/http/routes/route-access';
import { newId } from '../../kernel/ids/ids';
import { addressKey } from '../../kernel/limits/address-key';
import { Gcra } from '../../kernel/limits/gcra';
import type { LimitsConfig } from '../../kernel/limits/limits.config';
import type { Clock } from '../../kernel/time/clock';
import type { AuditPort } from '../../modules/audit/contract/audit.port';
import { auditEvent } from '../../modules/audit/contract/audit.types';

const WINDOW_MS = 60_000;
/** The maximum number of records of unauthenticated requests, per minute, address and reason. */
const RECORDED_PER_MINUTE = 20;
/** The maximum number of stored addresses. Beyond it, the least recently counted address is dropped. */
const MAX_ADDRESSES = 100_000;

export const UNAUTHENTICATED_REQUESTS = 'coresdk_unauthenticated_requests_total';

export const DENIALS_METRICS = [
  makeCounterProvider({
    name: UNAUTHENTICATED_REQUESTS,
    help: 'Requests refused before the caller was known, by reason: recorded in the audit log, only counted, or over their address limit.',
    labelNames: ['reason', 'outcome'],
  }),
];

/** A denial by a guard. */
export interface Denial {
  readonly context: CallContext;
  readonly access: RouteAccess;
  /** The error to send. Its reason, or its code if it has no reason, is the reason in the audit log and in metrics. */
  readonly error: AppError;
}

/**
 * Denials by the guards of a surface (401, 403, 429, or 503 for a policy without a decision), recorded before the response is sent.
 * Anyone can send any number of requests without a valid token. Each address has a limit for such requests and a few records per minute in
 * the `system` log; a metric counts the rest.
 */
export class Denials {
  private readonly recorded: Gcra;
  private readonly limit: Gcra | null;
  private omitted = 0;

  constructor(
    private readonly audit: AuditPort,
    private readonly clock: Clock,
    { LIMIT_PER_ADDRESS }: Pick<LimitsConfig, 'LIMIT_PER_ADDRESS'>,
    private readonly unauthenticated: Counter<'reason' | 'outcome'>,
  ) {
    const perMinute = (limit: number): Gcra =>
      new Gcra({ limit, windowMs: WINDOW_MS, maxKeys: MAX_ADDRESSES, now: () => performance.now() });
    this.recorded = perMinute(RECORDED_PER_MINUTE);
    this.limit = LIMIT_PER_ADDRESS > 0 ? perMinute(LIMIT_PER_ADDRESS) : null;
  }

  /** Records or counts a denial. Returns the error to send: 429 if the address is over the limit. */
  async refuse(denial: Denial): Promise<AppError> {
    const { context, error } = denial;
    const reason = reasonOf(error);
    if (!isAnonymous(context)) {
      await this.record(denial, {});
      return error;
    }
    const address = addressKey(context.ip ?? '');
    const standing = this.limit?.take(address);
    if (standing?.isOver === true) {
      this.unauthenticated.inc({ reason, outcome: 'limited' });
      return tooMany(standing.retryAfterMs);
    }
    if (this.recorded.take(`${reason} ${address}`).isOver) {
      this.omitted += 1;
      this.unauthenticated.inc({ reason, outcome: 'counted' });
      return error;
    }
    this.unauthenticated.inc({ reason, outcome: 'recorded' });
    const { omitted } = this;
    this.omitted = 0;
    await this.record(denial, omitted === 0 ? {} : { omitted });
    return error;
  }

  private record({ context, access, error }: Denial, metadata: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { action, resourceType } = access;
    const event = {
      action,
      resourceType,
      resourceId: '',
      outcome: 'denied' as const,
      reason: reasonOf(error),
      metadata,
    };
    return this.audit.record(context, auditEvent(context, event, this.clock.nowMs()));
  }
}

/** Creates the context of a request with an unknown caller, including the ID of the request's audit event. */
export function anonymousContext(request: Request): CallContext {
  return httpContext(requestState(request), { auditEventId: newId('aud') });
}

function isAnonymous({ tenantId, actor }: CallContext): boolean {
  return tenantId === null && actor.type === 'service' && actor.id === ANONYMOUS;
}

function reasonOf({ reason, code }: AppError): string {
  return reason ?? code;
}

function tooMany(retryAfterMs: number): AppError {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
  const message = `Too many requests without a valid token from this address. Send a valid access token, or try again in ${seconds} s.`;
  return new AppError('rate_limited', message, { headers: { 'Retry-After': String(seconds) } });
}
