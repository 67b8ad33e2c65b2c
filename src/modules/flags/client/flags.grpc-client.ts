import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { toCallerContext } from '../../../kernel/grpc/caller-context';
import { throwProblem } from '../../../kernel/grpc/problem-transfer';
import type { ProblemDetail } from '../../../kernel/grpc/generated/coresdk/v1/common';
import type {
  EvaluateAllResponse,
  EvaluateValueResponse,
  ListFlagsResponse,
  PutFlagResponse,
} from '../../../kernel/grpc/generated/cpod/internal/v1/flags';
import { GrpcChannel } from '../../../kernel/grpc/grpc-channel';
import type { Condition } from '../../../kernel/http/conditions/conditions';
import type { PageQuery } from '../../../kernel/lists/page';
import { CONTEXT_LIMITS, invalidContext } from '../contract/evaluation-context';
import type { EvaluationContext } from '../contract/flag-evaluation.types';
import type { FlagsPort } from '../contract/flags.port';
import type {
  FlagPage,
  FlagResource,
  SnapshotEvaluation,
  SnapshotEvaluations,
  WrittenFlag,
} from '../contract/flags.types';
import { fromFlagValue } from '../grpc/internal-message';

const SERVICE = 'cpod.internal.v1.FlagsInternalService';

interface MayFail {
  readonly error?: ProblemDetail | null;
}

/** Accesses the flags through the sidecar. */
@Injectable()
export class FlagsGrpcClient implements FlagsPort {
  constructor(private readonly channel: GrpcChannel) {}

  async evaluate(context: CallContext, key: string, by: EvaluationContext): Promise<SnapshotEvaluation> {
    const request = { key, contextJson: textOf(by) };
    const { evaluation, snapshotId } = await this.call<EvaluateValueResponse>('EvaluateValue', request, context);
    if (!evaluation) throw new AppError('unavailable', 'The sidecar returned no evaluation.');
    return { snapshotId, evaluation: fromFlagValue(evaluation) };
  }

  async evaluateAll(context: CallContext, by: EvaluationContext): Promise<SnapshotEvaluations> {
    const answer = await this.call<EvaluateAllResponse>('EvaluateAll', { contextJson: textOf(by) }, context);
    return { snapshotId: answer.snapshotId, evaluations: answer.evaluations.map(fromFlagValue) };
  }

  async list(context: CallContext, query: PageQuery): Promise<FlagPage> {
    const request = { limit: query.limit, cursor: query.cursor ?? '' };
    const { itemsJson, nextCursor, snapshotId } = await this.call<ListFlagsResponse>('ListFlags', request, context);
    const items = JSON.parse(itemsJson) as FlagResource[];
    return { items, nextCursor: nextCursor === '' ? null : nextCursor, snapshotId };
  }

  async put(context: CallContext, key: string, definition: string, condition: Condition): Promise<WrittenFlag> {
    const { ifMatch, ifNoneMatch } = condition;
    const request = { key, definition, ifMatch: ifMatch ?? '', ifNoneMatch: ifNoneMatch ?? '' };
    const { flagJson, version } = await this.call<PutFlagResponse>('PutFlag', request, context);
    return { flag: JSON.parse(flagJson) as FlagResource, version };
  }

  private async call<Answer extends MayFail>(method: string, request: object, context: CallContext): Promise<Answer> {
    const message = { ...request, caller: toCallerContext(context) };
    const answer = await this.channel.unary<object, Answer>(SERVICE, method, message, context);
    throwProblem(answer.error);
    return answer;
  }
}

/** Returns a context as a JSON string. A context that is too long for the sidecar is not sent. Errors: `invalid_request`. */
function textOf(by: EvaluationContext): string {
  const text = JSON.stringify(by);
  if (text.length <= CONTEXT_LIMITS.maxChars) return text;
  throw invalidContext(`The context is longer than ${CONTEXT_LIMITS.maxChars} characters.`);
}
