import type { Metadata } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { z } from 'zod';
import type { CallContext } from '../../../kernel/context/call-context';
import { TenantNames } from '../../../kernel/context/tenant-names';
import { isStorable } from '../../../kernel/database/jsonb';
import { AppError } from '../../../kernel/errors/app-error';
import { DecisionRpc } from '../../../kernel/grpc/decision-rpc';
import { isMalformed, malformedError } from '../../../kernel/grpc/malformed';
import { PlainRpc } from '../../../kernel/grpc/plain-rpc';
import type {
  AuthEventProto,
  EmitAuditEventRequest,
  EmitAuthEventResponse,
} from '../../../kernel/grpc/generated/coresdk/v1/audit';
import type { EmitResponse } from '../../../kernel/grpc/generated/cpod/clients/v1/audit';
import { grpcContext } from '../../../kernel/grpc/grpc-context';
import { knownTenant } from '../../../kernel/grpc/named-tenant';
import { problemOf } from '../../../kernel/grpc/problem';
import { ServiceCallers } from '../../../kernel/grpc/service-caller';
import { Clock } from '../../../kernel/time/clock';
import { derivedId } from '../../../kernel/ids/ids';
import { AuditPort, type RecordOptions } from '../contract/audit.port';
import { type AuditEvent, auditEvent, type AuditReceipt } from '../contract/audit.types';
import { ValueMask } from '../contract/value-mask';
import { outcomeOf, parseMetadata } from '../contract/emitted';
import { authEvent, faultOfAuthEvent } from './auth-event';

const emitted = z.object({
  action: z.string().min(1, 'action is missing').max(256),
  resourceType: z.string().max(256),
  resourceId: z.string().max(1024),
  tenantId: z.string().max(128),
  userId: z.string().max(256),
  outcome: z.string().max(64),
});

function refused(error: AppError): EmitResponse {
  return { eventId: '', sequenceId: 0, recordHash: '', previousHash: '', error: problemOf(error), tenantId: '' };
}

function notAccepted(error: AppError): EmitAuthEventResponse {
  return { accepted: false, error: problemOf(error) };
}

/**
 * `coresdk.v1.AuditService`: records events from applications. An event that is resent with its key (`idempotency-key`, `event_id`) is
 * recorded once; a different event with that key is rejected. Clients that follow the contract read `error` from an OK response.
 */
@Controller()
export class AuditGrpcController {
  constructor(
    private readonly audit: AuditPort,
    private readonly callers: ServiceCallers,
    private readonly tenants: TenantNames,
    private readonly masks: ValueMask,
    private readonly clock: Clock,
  ) {}

  @DecisionRpc('AuditService', 'EmitAuditEvent', refused)
  emitAuditEvent(request: EmitAuditEventRequest, metadata: Metadata): Promise<EmitResponse> {
    return this.recordEmitted(request, metadata);
  }

  /** Published clients ignore `error` in the response, so only a gRPC status can signal that the event was lost. */
  @PlainRpc('AuditService', 'Emit')
  async emit(request: EmitAuditEventRequest, metadata: Metadata): Promise<EmitResponse> {
    if (isMalformed(request)) throw malformedError(request, 'Emit');
    return this.recordEmitted(request, metadata);
  }

  @DecisionRpc('AuditService', 'EmitAuthEvent', notAccepted)
  async emitAuthEvent(request: AuthEventProto, metadata: Metadata): Promise<EmitAuthEventResponse> {
    const caller = this.callers.require(metadata);
    const fault = faultOfAuthEvent(request, this.clock.nowMs());
    if (fault !== null) throw new AppError('invalid_request', fault);
    const tenantId = await knownTenant(this.tenants, caller, request.tenantId);
    const context = { ...grpcContext(metadata, caller, tenantId), tenantId };
    const event = authEvent(context, request);
    const masked = { ...event, metadata: await this.masks.mask(context, event.metadata) };
    await this.record(context, masked, { isKeyed: true, isWhole: true });
    return { accepted: true, error: null };
  }

  private async recordEmitted(request: EmitAuditEventRequest, metadata: Metadata): Promise<EmitResponse> {
    const caller = this.callers.require(metadata);
    const checked = emitted.safeParse(request);
    if (!checked.success) throw new AppError('invalid_request', checked.error.issues[0]?.message ?? 'malformed');
    // Events that occurred before a tenant was suspended can arrive afterward, and are recorded.
    const tenantId = await knownTenant(this.tenants, caller, request.tenantId);
    const context = grpcContext(metadata, caller, tenantId);
    const key = idempotencyKeyOf(metadata);
    const event = auditEvent(
      request.userId === '' ? context : { ...context, actor: { type: 'user', id: request.userId } },
      {
        ...(key === null ? {} : { id: derivedId('aud', [tenantId, 'idempotency-key', caller.name, key]) }),
        action: request.action,
        resourceType: request.resourceType,
        resourceId: request.resourceId,
        outcome: outcomeOf(request.outcome),
        metadata: {
          ...(await this.masks.mask(context, parseMetadata(request.metadataJson))),
          emittedBy: caller.name,
        },
      },
      this.clock.nowMs(),
    );
    const receipt = await this.record(context, event, { isKeyed: key !== null });
    return { eventId: event.id, ...receipt, error: null, tenantId };
  }

  private record(context: CallContext, event: AuditEvent, options: RecordOptions): Promise<AuditReceipt> {
    if (!isStorable(event)) throw new AppError('invalid_request', 'A string has a NUL or an unpaired surrogate.');
    return this.audit.record(context, event, options);
  }
}

const MAX_KEY_CHARS = 255;

function idempotencyKeyOf(metadata: Metadata): string | null {
  const [key] = metadata.get('idempotency-key');
  if (key === undefined) return null;
  if (typeof key === 'string' && key !== '' && key.length <= MAX_KEY_CHARS) return key;
  throw new AppError('invalid_request', `idempotency-key must have 1 to ${MAX_KEY_CHARS} characters.`);
}
