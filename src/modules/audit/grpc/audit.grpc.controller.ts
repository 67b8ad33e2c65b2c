import type { Metadata } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { z } from 'zod';
import { TenantNames } from '../../../kernel/context/tenant-names';
import { isStorable } from '../../../kernel/database/jsonb';
import { AppError } from '../../../kernel/errors/app-error';
import { DecisionRpc } from '../../../kernel/grpc/decision-rpc';
import type { EmitAuditEventRequest } from '../../../kernel/grpc/generated/coresdk/v1/audit';
import type { EmitResponse } from '../../../kernel/grpc/generated/cpod/clients/v1/audit';
import { grpcContext } from '../../../kernel/grpc/grpc-context';
import { knownTenant } from '../../../kernel/grpc/named-tenant';
import { problemOf } from '../../../kernel/grpc/problem';
import { ServiceCallers } from '../../../kernel/grpc/service-caller';
import { Clock } from '../../../kernel/time/clock';
import { AuditPort } from '../contract/audit.port';
import { type AuditOutcome, auditEvent } from '../contract/audit.types';

const MAX_METADATA_BYTES = 64 * 1024;

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

/** `coresdk.v1.AuditService`: events of applications. The other RPCs of the service are answered UNIMPLEMENTED. */
@Controller()
export class AuditGrpcController {
  constructor(
    private readonly audit: AuditPort,
    private readonly callers: ServiceCallers,
    private readonly tenants: TenantNames,
    private readonly clock: Clock,
  ) {}

  @DecisionRpc('AuditService', 'EmitAuditEvent', refused)
  async emitAuditEvent(request: EmitAuditEventRequest, metadata: Metadata): Promise<EmitResponse> {
    const caller = this.callers.require(metadata);
    const checked = emitted.safeParse(request);
    if (!checked.success) throw new AppError('invalid_request', checked.error.issues[0]?.message ?? 'malformed');
    // What happened until a tenant was suspended is told afterwards, and kept.
    const tenantId = await knownTenant(this.tenants, caller, request.tenantId);
    const context = grpcContext(metadata, caller, tenantId);
    const event = auditEvent(
      request.userId === '' ? context : { ...context, actor: { type: 'user', id: request.userId } },
      {
        action: request.action,
        resourceType: request.resourceType,
        resourceId: request.resourceId,
        outcome: outcomeOf(request.outcome),
        metadata: { ...parseMetadata(request.metadataJson), emittedBy: caller.name },
      },
      this.clock.nowMs(),
    );
    if (!isStorable(event)) throw new AppError('invalid_request', 'A text has a NUL or half a surrogate pair.');
    const receipt = await this.audit.record(context, event);
    return { eventId: event.id, ...receipt, error: null, tenantId };
  }
}

/** The words that clients use for an outcome, as the log knows them. */
function outcomeOf(word: string): AuditOutcome {
  switch (word.toLowerCase()) {
    case '':
    case 'success':
    case 'ok':
    case 'allowed':
      return 'success';
    case 'denied':
    case 'deny':
    case 'blocked':
    case 'revoked':
      return 'denied';
    default:
      return 'failure';
  }
}

function parseMetadata(text: string): Record<string, unknown> {
  if (text === '') return {};
  if (Buffer.byteLength(text) > MAX_METADATA_BYTES) {
    throw new AppError('invalid_request', `metadata_json is larger than ${MAX_METADATA_BYTES} bytes.`);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Falls through to the same refusal: text that is not JSON is no JSON object either.
  }
  throw new AppError('invalid_request', 'metadata_json is not the text of a JSON object.');
}
