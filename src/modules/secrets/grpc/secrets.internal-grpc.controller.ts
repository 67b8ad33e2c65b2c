import type { Metadata } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { CallContext } from '../../../kernel/context/call-context';
import { TenantNames } from '../../../kernel/context/tenant-names';
import { AppError } from '../../../kernel/errors/app-error';
import { fromCallerContext } from '../../../kernel/grpc/caller-context';
import { toProblemDetail } from '../../../kernel/grpc/problem-transfer';
import type { CallerContext } from '../../../kernel/grpc/generated/cpod/internal/v1/context';
import type {
  DeleteSecretRequest,
  DestroySecretRequest,
  GetSecretRequest,
  ListSecretsAnswer,
  ListSecretsRequest,
  ListSecretVersionsAnswer,
  ListSecretVersionsRequest,
  PutSecretRequest,
  ResolveAnswer,
  ResolveRequest,
  SecretAnswer,
} from '../../../kernel/grpc/generated/cpod/internal/v1/secrets';
import { isMalformed, malformedError } from '../../../kernel/grpc/malformed';
import { ServiceCallers } from '../../../kernel/grpc/service-caller';
import { pageQuery, type PageQuery } from '../../../kernel/lists/page';
import { SecretStorePort } from '../contract/secret-store.port';
import { SecretsPort } from '../contract/secrets.port';
import { orderOf, principalOf, toResolveAnswer } from './resolution-message';
import { fromWriteCondition, toSecretAnswer, toSecretFacts, toVersionFacts } from './secret-message';

const NO_SECRET: SecretAnswer = { secret: null, entityTag: '', error: null };

/** `cpod.internal.v1.SecretsInternalService`: the secrets ports for the installation's other processes. */
@Controller()
export class SecretsInternalGrpcController {
  constructor(
    private readonly store: SecretStorePort,
    private readonly secrets: SecretsPort,
    private readonly callers: ServiceCallers,
    private readonly tenants: TenantNames,
  ) {}

  @GrpcMethod('SecretsInternalService', 'PutSecret')
  put(request: PutSecretRequest, metadata: Metadata): Promise<SecretAnswer> {
    return this.answer(request, metadata, NO_SECRET, async (context) => {
      const { name, value, cas, graceSeconds, maxVersions, hasDescription, description, condition } = request;
      const input = {
        value,
        cas: cas < 0 ? null : cas,
        graceSeconds,
        maxVersions: maxVersions === 0 ? null : maxVersions,
        description: hasDescription ? description : null,
      };
      return toSecretAnswer(await this.store.put(context, name, input, fromWriteCondition(condition)));
    });
  }

  @GrpcMethod('SecretsInternalService', 'ListSecrets')
  list(request: ListSecretsRequest, metadata: Metadata): Promise<ListSecretsAnswer> {
    const nothing: ListSecretsAnswer = { items: [], nextCursor: '', error: null };
    return this.answer(request, metadata, nothing, async (context) => {
      const { items, nextCursor } = await this.store.list(context, pageOf(request));
      return { items: items.map(toSecretFacts), nextCursor: nextCursor ?? '', error: null };
    });
  }

  @GrpcMethod('SecretsInternalService', 'GetSecret')
  get(request: GetSecretRequest, metadata: Metadata): Promise<SecretAnswer> {
    return this.answer(request, metadata, NO_SECRET, async (context) =>
      toSecretAnswer(await this.store.get(context, request.name)),
    );
  }

  @GrpcMethod('SecretsInternalService', 'ListSecretVersions')
  versions(request: ListSecretVersionsRequest, metadata: Metadata): Promise<ListSecretVersionsAnswer> {
    const nothing: ListSecretVersionsAnswer = { items: [], nextCursor: '', error: null };
    return this.answer(request, metadata, nothing, async (context) => {
      const { items, nextCursor } = await this.store.versions(context, request.name, pageOf(request));
      return { items: items.map(toVersionFacts), nextCursor: nextCursor ?? '', error: null };
    });
  }

  @GrpcMethod('SecretsInternalService', 'DeleteSecret')
  remove(request: DeleteSecretRequest, metadata: Metadata): Promise<SecretAnswer> {
    return this.answer(request, metadata, NO_SECRET, async (context) =>
      toSecretAnswer(await this.store.remove(context, request.name, fromWriteCondition(request.condition))),
    );
  }

  @GrpcMethod('SecretsInternalService', 'UndeleteSecret')
  undelete(request: GetSecretRequest, metadata: Metadata): Promise<SecretAnswer> {
    return this.answer(request, metadata, NO_SECRET, async (context) =>
      toSecretAnswer(await this.store.undelete(context, request.name)),
    );
  }

  @GrpcMethod('SecretsInternalService', 'DestroySecret')
  destroy(request: DestroySecretRequest, metadata: Metadata): Promise<SecretAnswer> {
    return this.answer(request, metadata, NO_SECRET, async (context) => {
      const versions = request.versions.length === 0 ? null : request.versions;
      return toSecretAnswer(await this.store.destroy(context, request.name, versions));
    });
  }

  @GrpcMethod('SecretsInternalService', 'Resolve')
  resolve(request: ResolveRequest, metadata: Metadata): Promise<ResolveAnswer> {
    const nothing: ResolveAnswer = { resolved: [], unresolved: [], error: null };
    return this.answer(request, metadata, nothing, async (context) =>
      toResolveAnswer(await this.secrets.resolve(context, principalOf(request), orderOf(request))),
    );
  }

  /** Returns the port's errors inside the response to a known service. An unknown caller gets a gRPC error. */
  private async answer<Answer extends object>(
    request: { readonly caller?: CallerContext | null },
    metadata: Metadata,
    nothing: Answer,
    work: (context: CallContext) => Promise<Answer>,
  ): Promise<Answer> {
    if (isMalformed(request)) throw malformedError(request, 'secrets');
    const context = await fromCallerContext(request.caller, metadata, this.callers, this.tenants);
    try {
      return await work(context);
    } catch (thrown) {
      return { ...nothing, error: toProblemDetail(thrown) };
    }
  }
}

function pageOf({ limit, cursor }: { readonly limit: number; readonly cursor: string }): PageQuery {
  const checked = pageQuery.safeParse({ limit, ...(cursor === '' ? {} : { cursor }) });
  if (checked.success) return checked.data;
  throw new AppError('invalid_request', 'limit or cursor is invalid.');
}
