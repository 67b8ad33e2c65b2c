import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import { toCallerContext } from '../../../kernel/grpc/caller-context';
import { throwProblem } from '../../../kernel/grpc/problem-transfer';
import type { ProblemDetail } from '../../../kernel/grpc/generated/coresdk/v1/common';
import type {
  ListSecretsAnswer,
  ListSecretVersionsAnswer,
  SecretAnswer,
} from '../../../kernel/grpc/generated/cpod/internal/v1/secrets';
import { GrpcChannel } from '../../../kernel/grpc/grpc-channel';
import type { Condition } from '../../../kernel/http/conditions/conditions';
import type { Page, PageQuery } from '../../../kernel/lists/page';
import type { SecretStorePort } from '../contract/secret-store.port';
import type { SecretInput, SecretVersion, TaggedSecret } from '../contract/secrets.types';
import { fromSecretAnswer, fromSecretFacts, fromVersionFacts, toWriteCondition } from '../grpc/secret-message';

const SERVICE = 'cpod.internal.v1.SecretsInternalService';

/** The secret store in the sidecar, which has the keys. */
@Injectable()
export class SecretStoreGrpcClient implements SecretStorePort {
  constructor(private readonly channel: GrpcChannel) {}

  async put(context: CallContext, name: string, input: SecretInput, condition: Condition): Promise<TaggedSecret> {
    const { value, cas, graceSeconds, maxVersions, description } = input;
    return found(
      await this.ask<SecretAnswer>('PutSecret', context, {
        name,
        value,
        cas: cas ?? -1,
        graceSeconds,
        maxVersions: maxVersions ?? 0,
        hasDescription: description !== null,
        description: description ?? '',
        condition: toWriteCondition(condition),
      }),
    );
  }

  async list(context: CallContext, query: PageQuery): Promise<Page<TaggedSecret['secret']>> {
    const answer = await this.ask<ListSecretsAnswer>('ListSecrets', context, pageOf(query));
    return { items: answer.items.map(fromSecretFacts), nextCursor: cursorOf(answer) };
  }

  async get(context: CallContext, name: string): Promise<TaggedSecret> {
    return found(await this.ask<SecretAnswer>('GetSecret', context, { name }));
  }

  async versions(context: CallContext, name: string, query: PageQuery): Promise<Page<SecretVersion>> {
    const request = { name, ...pageOf(query) };
    const answer = await this.ask<ListSecretVersionsAnswer>('ListSecretVersions', context, request);
    return { items: answer.items.map(fromVersionFacts), nextCursor: cursorOf(answer) };
  }

  async remove(context: CallContext, name: string, condition: Condition): Promise<TaggedSecret> {
    const request = { name, condition: toWriteCondition(condition) };
    return found(await this.ask<SecretAnswer>('DeleteSecret', context, request));
  }

  async undelete(context: CallContext, name: string): Promise<TaggedSecret> {
    return found(await this.ask<SecretAnswer>('UndeleteSecret', context, { name }));
  }

  async destroy(context: CallContext, name: string, versions: readonly number[] | null): Promise<TaggedSecret | null> {
    const request = { name, versions: versions ?? [] };
    return fromSecretAnswer(await this.ask<SecretAnswer>('DestroySecret', context, request));
  }

  private async ask<Answer extends { readonly error?: ProblemDetail | null }>(
    method: string,
    context: CallContext,
    request: object,
  ): Promise<Answer> {
    const message = { caller: toCallerContext(context), ...request };
    const answer = await this.channel.unary<object, Answer>(SERVICE, method, message, context);
    throwProblem(answer.error);
    return answer;
  }
}

function pageOf({ limit, cursor }: PageQuery): { readonly limit: number; readonly cursor: string } {
  return { limit, cursor: cursor ?? '' };
}

function cursorOf({ nextCursor }: { readonly nextCursor: string }): string | null {
  return nextCursor === '' ? null : nextCursor;
}

function found(answer: SecretAnswer): TaggedSecret {
  const tagged = fromSecretAnswer(answer);
  if (!tagged) throw new Error('The sidecar returned no secret.');
  return tagged;
}
