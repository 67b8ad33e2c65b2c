import type { Metadata } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import type { ResolveSecretRequest, ResolveSecretResponse } from '../../../kernel/grpc/generated/coresdk/v1/secrets';
import { isMalformed, type Malformed, malformedError } from '../../../kernel/grpc/malformed';
import { PlainRpc } from '../../../kernel/grpc/plain-rpc';
import { problem } from '../../../kernel/grpc/problem';
import type { Resolution } from '../contract/resolution.types';
import { SecretsPort } from '../contract/secrets.port';
import { asBuffer, orderOf } from './resolution-message';
import { SecretIdentities } from './secret-identity';

/**
 * `coresdk.v1.SecretsService`. Its errors are the gRPC errors that the contract names: PERMISSION_DENIED, NOT_FOUND, UNAVAILABLE, INTERNAL,
 * and INVALID_ARGUMENT for an empty or invalid request.
 */
@Controller()
export class SecretsGrpcController {
  constructor(
    private readonly secrets: SecretsPort,
    private readonly identities: SecretIdentities,
  ) {}

  @PlainRpc('SecretsService', 'ResolveSecret')
  async resolveSecret(request: ResolveSecretRequest | Malformed, metadata: Metadata): Promise<ResolveSecretResponse> {
    if (isMalformed(request)) throw malformedError(request, 'ResolveSecret');
    const { context, principal } = await this.identities.of(request.caller, metadata);
    const { bundleNames: bundles, refs, contextId } = request;
    return toResponse(await this.secrets.resolve(context, principal, orderOf({ bundles, refs, contextId })));
  }
}

function toResponse({ resolved, unresolved }: Resolution): ResolveSecretResponse {
  const [first] = unresolved;
  return {
    resolved: resolved.map(({ name, value, bundle, ref }) => ({
      name,
      value: asBuffer(value),
      viaBundle: bundle ?? '',
      spec: ref,
    })),
    error: first === undefined ? null : problem(first.code, `Not resolved: ${unresolved.map(wordsFor).join(' ')}`),
  };
}

function wordsFor({ name, message }: Resolution['unresolved'][number]): string {
  return `${name}: ${message}`;
}
