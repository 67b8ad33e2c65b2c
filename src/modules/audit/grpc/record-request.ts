import { z } from 'zod';
import { AppError } from '../../../kernel/errors/app-error';
import type { RecordRequest } from '../../../kernel/grpc/generated/cpod/internal/v1/audit';
import type { RecordOptions } from '../contract/audit.port';
import type { AuditEvent } from '../contract/audit.types';

const schema = z.object({
  id: z.string().regex(/^aud-[0-9a-z]{26}$/),
  tenantId: z.string().min(1).max(64),
  appId: z.string().max(128),
  actorType: z.enum(['user', 'service', 'agent', 'system']),
  actorId: z.string().max(256),
  action: z.string().min(1).max(256),
  resourceType: z.string().max(256),
  resourceId: z.string().max(1024),
  outcome: z.enum(['success', 'denied', 'failure']),
  reason: z.string().max(256),
  requestId: z.string().max(128),
  ip: z.string().max(64),
  metadataJson: z.string().max(64 * 1024),
  tsMs: z.number().int().positive(),
  policyRevision: z.string().max(128),
  personalJson: z.string().max(16 * 1024),
  isKeyed: z.boolean(),
  isWhole: z.boolean(),
});

const members = z.record(z.string(), z.unknown());

/** Converts an event to a request, for a process that does not host the log. */
export function toRecordRequest(event: AuditEvent, options?: RecordOptions): RecordRequest {
  const { metadata, personal, appId, ip, policyRevision, ...same } = event;
  return {
    ...same,
    appId: appId ?? '',
    ip: ip ?? '',
    policyRevision: policyRevision ?? '',
    metadataJson: JSON.stringify(metadata),
    personalJson: personal === null ? '' : JSON.stringify(personal),
    isKeyed: options?.isKeyed === true,
    isWhole: options?.isWhole === true,
  };
}

/** Converts a request to an event. Errors: `invalid_request` when a member differs from what {@link toRecordRequest} writes. */
export function fromRecordRequest(request: RecordRequest): AuditEvent {
  const checked = schema.safeParse(request);
  if (!checked.success) {
    throw new AppError('invalid_request', `The event has an invalid ${String(checked.error.issues[0]?.path[0])}.`);
  }
  const {
    metadataJson,
    personalJson,
    appId,
    ip,
    policyRevision,
    isKeyed: _isKeyed,
    isWhole: _isWhole,
    ...same
  } = checked.data;
  return {
    ...same,
    appId: appId === '' ? null : appId,
    ip: ip === '' ? null : ip,
    policyRevision: policyRevision === '' ? null : policyRevision,
    metadata: members.parse(JSON.parse(metadataJson)),
    personal: personalJson === '' ? null : members.parse(JSON.parse(personalJson)),
  };
}
