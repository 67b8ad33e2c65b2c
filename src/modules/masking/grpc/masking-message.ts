import { z } from 'zod';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import type { MaskForTenantRequest, MaskingCaller } from '../../../kernel/grpc/generated/cpod/internal/v1/masking';
import { isId } from '../../../kernel/ids/ids';
import { maskingStrategy, type MaskingOptions } from '../contract/masking.types';

/** Returns the caller as a message, with the parts of the context that the metadata does not contain. */
export function toMaskingCaller(context: CallContext): MaskingCaller {
  return {
    tenantId: requireTenant(context),
    actorType: context.actor.type,
    actorId: context.actor.id,
    appId: context.appId ?? '',
    ip: context.ip ?? '',
    auditEventId: context.auditEventId ?? '',
  };
}

const callerSchema = z.object({
  tenantId: z.string().refine((id) => isId('tnt', id)),
  actorType: z.enum(['user', 'service', 'agent', 'system']),
  actorId: z.string().min(1).max(256),
  appId: z.string().max(128),
  ip: z.string().max(64),
  auditEventId: z.union([z.literal(''), z.string().refine((id) => isId('aud', id))]),
});

/** Returns a caller's context, which consists of parts from the metadata and parts from the message. Errors: `invalid_request`. */
export function fromMaskingCaller(base: CallContext, caller: MaskingCaller | null | undefined): CallContext {
  const checked = callerSchema.safeParse(caller);
  if (!checked.success) {
    throw new AppError('invalid_request', `The caller is invalid at ${String(checked.error.issues[0]?.path[0])}.`);
  }
  const { tenantId, actorType, actorId, appId, ip, auditEventId } = checked.data;
  return {
    ...base,
    tenantId,
    actor: { type: actorType, id: actorId },
    appId: appId === '' ? null : appId,
    ip: ip === '' ? null : ip,
    auditEventId: auditEventId === '' ? null : auditEventId,
  };
}

/** Returns the request to mask text or a JSON value. */
export function toMaskRequest(
  context: CallContext,
  value: string,
  json: boolean,
  wish: MaskingOptions,
): MaskForTenantRequest {
  return { ...wish, caller: toMaskingCaller(context), value, json, strategy: wish.strategy ?? '' };
}

const strategies = z.record(z.string(), maskingStrategy);
const wishSchema = z.object({
  strategy: z.union([z.literal(''), maskingStrategy]),
  entityStrategies: strategies,
  fieldStrategies: strategies,
});

/** Returns the options of a request. Errors: `invalid_request`. */
export function fromMaskRequest(request: MaskForTenantRequest): MaskingOptions {
  const checked = wishSchema.safeParse(request);
  if (!checked.success) {
    throw new AppError('invalid_request', `The request is invalid at ${String(checked.error.issues[0]?.path[0])}.`);
  }
  const { strategy, entityStrategies, fieldStrategies } = checked.data;
  const { extraBlockedFields, extraPatterns } = request;
  return {
    extraBlockedFields,
    extraPatterns,
    strategy: strategy === '' ? null : strategy,
    entityStrategies,
    fieldStrategies,
  };
}
