import type { Metadata } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { CallContext } from '../../../kernel/context/call-context';
import { TenantNames } from '../../../kernel/context/tenant-names';
import { AppError } from '../../../kernel/errors/app-error';
import { fromCallerContext } from '../../../kernel/grpc/caller-context';
import type { CallerContext } from '../../../kernel/grpc/generated/cpod/internal/v1/context';
import type {
  EvaluateAllRequest,
  EvaluateAllResponse,
  EvaluateValueRequest,
  EvaluateValueResponse,
  ListFlagsRequest,
  ListFlagsResponse,
  PutFlagRequest,
  PutFlagResponse,
} from '../../../kernel/grpc/generated/cpod/internal/v1/flags';
import { ServiceCallers } from '../../../kernel/grpc/service-caller';
import { pageQuery } from '../../../kernel/lists/page';
import { invalidContext, readContext } from '../contract/evaluation-context';
import type { EvaluationContext } from '../contract/flag-evaluation.types';
import { FlagsPort } from '../contract/flags.port';
import { toFlagValue, toRefusal } from './internal-message';

/** `cpod.internal.v1.FlagsInternalService`: the flags port for the other processes of the installation. */
@Controller()
export class FlagsInternalGrpcController {
  constructor(
    private readonly flags: FlagsPort,
    private readonly callers: ServiceCallers,
    private readonly tenants: TenantNames,
  ) {}

  @GrpcMethod('FlagsInternalService', 'EvaluateValue')
  async evaluateValue(request: EvaluateValueRequest, metadata: Metadata): Promise<EvaluateValueResponse> {
    const context = await this.contextOf(metadata, request);
    try {
      const { snapshotId, evaluation } = await this.flags.evaluate(context, request.key, targetOf(request));
      return { evaluation: toFlagValue(evaluation), snapshotId, error: null };
    } catch (thrown) {
      return { evaluation: null, snapshotId: '', error: toRefusal(thrown) };
    }
  }

  @GrpcMethod('FlagsInternalService', 'EvaluateAll')
  async evaluateAll(request: EvaluateAllRequest, metadata: Metadata): Promise<EvaluateAllResponse> {
    const context = await this.contextOf(metadata, request);
    try {
      const { snapshotId, evaluations } = await this.flags.evaluateAll(context, targetOf(request));
      return { evaluations: evaluations.map(toFlagValue), snapshotId, error: null };
    } catch (thrown) {
      return { evaluations: [], snapshotId: '', error: toRefusal(thrown) };
    }
  }

  @GrpcMethod('FlagsInternalService', 'ListFlags')
  async listFlags(request: ListFlagsRequest, metadata: Metadata): Promise<ListFlagsResponse> {
    const context = await this.contextOf(metadata, request);
    try {
      const { limit, cursor } = request;
      const query = pageQuery.safeParse({ limit, ...(cursor === '' ? {} : { cursor }) });
      if (!query.success) throw new AppError('invalid_request', 'limit or cursor is invalid.');
      const { items, nextCursor, snapshotId } = await this.flags.list(context, query.data);
      return { itemsJson: JSON.stringify(items), nextCursor: nextCursor ?? '', snapshotId, error: null };
    } catch (thrown) {
      return { itemsJson: '', nextCursor: '', snapshotId: '', error: toRefusal(thrown) };
    }
  }

  @GrpcMethod('FlagsInternalService', 'PutFlag')
  async putFlag(request: PutFlagRequest, metadata: Metadata): Promise<PutFlagResponse> {
    const context = await this.contextOf(metadata, request);
    try {
      const { key, definition, ifMatch, ifNoneMatch } = request;
      const condition = {
        ifMatch: ifMatch === '' ? null : ifMatch,
        ifNoneMatch: ifNoneMatch === '' ? null : ifNoneMatch,
      };
      const { flag, version } = await this.flags.put(context, key, definition, condition);
      return { flagJson: JSON.stringify(flag), version, error: null };
    } catch (thrown) {
      return { flagJson: '', version: 0, error: toRefusal(thrown) };
    }
  }

  /** Errors: `unauthorized` for a caller that is not a service, `invalid_request` (including for a malformed message), `not_found`. */
  private contextOf(metadata: Metadata, { caller }: { readonly caller?: CallerContext | null }): Promise<CallContext> {
    return fromCallerContext(caller, metadata, this.callers, this.tenants);
  }
}

function targetOf({ contextJson }: { readonly contextJson: string }): EvaluationContext {
  const read = readContext(contextJson);
  if ('fault' in read) throw invalidContext(read.fault);
  return read.context;
}
