import type { Metadata } from '@grpc/grpc-js';
import { z } from 'zod';
import { type CallContext, requireTenant } from '../context/call-context';
import type { TenantNames } from '../context/tenant-names';
import { AppError } from '../errors/app-error';
import type { CallerContext } from './generated/cpod/internal/v1/context';
import { grpcContext } from './grpc-context';
import { namedTenant } from './named-tenant';
import type { ServiceCallers } from './service-caller';

const MAX_KEY_CHARS = 255;

const schema = z.object({
  tenantId: z.string().max(64),
  actorType: z.enum(['user', 'service', 'agent', 'system']),
  actorId: z.string().min(1).max(256),
  appId: z.string().max(128),
  ip: z.string().max(64),
  auditEventId: z.union([z.literal(''), z.string().regex(/^aud-[0-9a-z]{26}$/)]),
  idempotencyKey: z.string().max(MAX_KEY_CHARS),
  changeSet: z.union([z.literal(''), z.uuid()]),
});

/** Converts the context of a tenant's call for transfer to another process. The metadata contains the request id and the trace. */
export function toCallerContext(context: CallContext): CallerContext {
  return {
    tenantId: requireTenant(context),
    actorType: context.actor.type,
    actorId: context.actor.id,
    appId: context.appId ?? '',
    ip: context.ip ?? '',
    auditEventId: context.auditEventId ?? '',
    // A write validates the key when it uses it. No write in the other process accepts a key that is too long.
    idempotencyKey: (context.idempotencyKey ?? '').slice(0, MAX_KEY_CHARS),
    changeSet: context.changeSet ?? '',
  };
}

/**
 * Restores the context from {@link toCallerContext}. The caller must have proved that it is a service, and vouches for the actor that it
 * names. Errors: `unauthorized`; `invalid_request`; `not_found` if the caller is not allowed to act for the tenant.
 */
export async function fromCallerContext(
  message: CallerContext | null | undefined,
  metadata: Metadata,
  callers: ServiceCallers,
  tenants: TenantNames,
): Promise<CallContext> {
  const service = callers.require(metadata);
  const checked = schema.safeParse(message);
  if (!checked.success) throw new AppError('invalid_request', 'The caller is not valid.');
  const { actorType, actorId, appId, ip, auditEventId, idempotencyKey, changeSet } = checked.data;
  const tenantId = await namedTenant(tenants, service, checked.data.tenantId);
  return {
    ...grpcContext(metadata, service, tenantId),
    actor: { type: actorType, id: actorId },
    appId: appId === '' ? null : appId,
    ip: ip === '' ? null : ip,
    auditEventId: auditEventId === '' ? null : auditEventId,
    idempotencyKey: idempotencyKey === '' ? null : idempotencyKey,
    ...(changeSet !== '' && { changeSet }),
  };
}
