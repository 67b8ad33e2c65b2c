import { AppError } from '../../../kernel/errors/app-error';
import type { ResolveAnswer, ResolveRequest } from '../../../kernel/grpc/generated/cpod/internal/v1/secrets';
import type { SecretRefPb } from '../../../kernel/grpc/generated/coresdk/v1/secrets';
import {
  type Resolution,
  type ResolveOrder,
  resolveOrder,
  type SecretPrincipal,
  type SecretRef,
  secretRef,
  type UnresolvedSecret,
} from '../contract/resolution.types';

/** Returns the request that a message contains. Errors: `invalid_request`. */
export function orderOf(message: {
  readonly bundles: readonly string[];
  readonly refs: readonly SecretRefPb[];
  readonly contextId: string;
}): ResolveOrder {
  const { bundles, refs, contextId } = message;
  const checked = resolveOrder.safeParse({ bundles, refs, contextId });
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.map(String).join('.')}`;
  throw new AppError('invalid_request', `The request is invalid${where}: ${issue?.message ?? 'malformed'}`);
}

export function toResolveRequest(
  principal: SecretPrincipal,
  { bundles, refs, contextId }: ResolveOrder,
): Omit<ResolveRequest, 'caller'> {
  const { userId, clientId, entityId, groups } = principal;
  return {
    bundles,
    refs,
    contextId,
    userId: userId ?? '',
    clientId: clientId ?? '',
    entityId: entityId ?? '',
    narrowsGroups: groups !== null,
    groups: groups ?? [],
  };
}

export function principalOf(request: ResolveRequest): SecretPrincipal {
  return {
    userId: orNull(request.userId),
    clientId: orNull(request.clientId),
    entityId: orNull(request.entityId),
    groups: request.narrowsGroups ? request.groups : null,
  };
}

export function toResolveAnswer({ resolved, unresolved }: Resolution): ResolveAnswer {
  return {
    resolved: resolved.map(({ bundle, value, ...one }) => ({ ...one, value: asBuffer(value), bundle: bundle ?? '' })),
    unresolved: unresolved.map(({ bundle, ...one }) => ({ ...one, bundle: bundle ?? '' })),
    error: null,
  };
}

export function fromResolveAnswer({ resolved, unresolved }: ResolveAnswer): Resolution {
  return {
    resolved: resolved.map(({ bundle, ref, ...one }) => ({ ...one, bundle: orNull(bundle), ref: refOf(ref) })),
    unresolved: unresolved.map(({ bundle, code, ...one }) => ({ ...one, bundle: orNull(bundle), code: codeOf(code) })),
  };
}

/** Returns the same bytes without copying. */
export function asBuffer(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

function refOf(ref: SecretRefPb | null | undefined): SecretRef {
  return secretRef.parse(ref);
}

function codeOf(code: string): UnresolvedSecret['code'] {
  return code === 'not_found' || code === 'unavailable' ? code : 'internal';
}

function orNull(text: string): string | null {
  return text === '' ? null : text;
}
