import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { CallContext } from '../../kernel/context/call-context';
import { AppError, toAppError } from '../../kernel/errors/app-error';
import { HTTP_STATUS } from '../../kernel/errors/error-tables';
import { httpErrorOf } from '../../kernel/http/errors/http-error';
import { verifiedContext } from '../../kernel/http/request-state';
import { type RouteAccess, routeAccess } from '../../kernel/http/routes/route-access';
import type { Logger } from '../../kernel/telemetry/logger';
import type { Clock } from '../../kernel/time/clock';
import type { AuditPort } from '../../modules/audit/contract/audit.port';
import { type AuditedAction, auditEvent, SYSTEM_LOG } from '../../modules/audit/contract/audit.types';
import type { ReadAggregates } from './read-aggregates';
import { resourceOf } from './resource-of';

/** A call that got the response of an earlier call with the same idempotency key. The metadata names the earlier action. */
const REPLAY = 'idempotency.replay';

/**
 * The last stage of the pipeline. Before the handler runs, the audit log must be writable. After the handler, the interceptor delivers the
 * event of a write by its ID (the handler staged it in its own transaction), and records a read or a failure itself. The response is sent
 * when its record is committed, except for a plain read in a tenant that aggregates them.
 */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    private readonly audit: AuditPort,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly aggregates: ReadAggregates | null = null,
  ) {}

  intercept(host: ExecutionContext, next: CallHandler): Observable<unknown> {
    const access = routeAccess(host);
    if (access === 'public') return next.handle();
    const http = host.switchToHttp();
    return from(this.run(access, http.getRequest<Request>(), http.getResponse<Response>(), next));
  }

  private async run(access: RouteAccess, request: Request, response: Response, next: CallHandler): Promise<unknown> {
    const context = verifiedContext(request);
    await this.audit.assertWritable(context);
    const action = { action: access.action, resourceType: access.resourceType, resourceId: resourceOf(request) };
    let answer: unknown;
    try {
      answer = await lastValueFrom(next.handle(), { defaultValue: undefined });
    } catch (thrown) {
      await this.recordFailure(context, action, httpErrorOf(thrown));
      throw thrown;
    }
    if (context.notes?.isReplayed === true) {
      response.setHeader('Idempotent-Replayed', 'true');
      await this.recordReplay(context, action);
    } else if (access.isRead === true || request.method === 'GET' || request.method === 'HEAD') {
      // A handler can respond with a failure itself, as the OFREP handlers do.
      const isPlain = access.isAlwaysRecorded !== true && response.statusCode < 400;
      await this.recordRead(context, action, isPlain);
    } else if (access.isDecision !== true) {
      await this.deliverWrite(context, action);
    }
    return answer;
  }

  private async recordRead(context: CallContext, action: AuditedAction, isPlain: boolean): Promise<void> {
    const nowMs = this.clock.nowMs();
    if (isPlain && context.aggregatesReads === true && this.aggregates?.count(context, action, nowMs) === true) return;
    await this.audit.record(context, auditEvent(context, action, nowMs));
  }

  /** Delivers the event of a completed write. The event is at least in the outbox; the sweep makes up for a failed delivery. */
  private async deliverWrite(context: CallContext, action: AuditedAction): Promise<void> {
    const { auditEventId, tenantId } = context;
    try {
      if (auditEventId !== null && (await this.audit.deliver(context, tenantId ?? SYSTEM_LOG, auditEventId))) return;
      // Nothing is staged under this ID: the handler only made a decision, or the sweep has already delivered the event.
      await this.audit.record(context, auditEvent(context, action, this.clock.nowMs()));
    } catch (error) {
      this.logger.warn(
        { err: toAppError(error), requestId: context.requestId },
        'A staged audit event waits in the outbox',
      );
    }
  }

  /** Records a replay. This call did not write anything, and the log must not suggest that the action was performed twice. */
  private async recordReplay(context: CallContext, { action, ...resource }: AuditedAction): Promise<void> {
    const replay = { ...resource, action: REPLAY, metadata: { action } };
    await this.audit.record(context, auditEvent(context, replay, this.clock.nowMs()));
  }

  private async recordFailure(context: CallContext, action: AuditedAction, error: AppError): Promise<void> {
    const status = HTTP_STATUS[error.code];
    const outcome = status === 401 || status === 403 ? 'denied' : 'failure';
    await this.audit.record(
      context,
      auditEvent(context, { ...action, outcome, reason: error.code }, this.clock.nowMs()),
    );
  }
}
