import { hash } from 'node:crypto';
import { Body, Controller, Headers, HttpCode, Param, Post, Res, UseFilters } from '@nestjs/common';
import type { Response } from 'express';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import { JsonLimit } from '../../../kernel/http/body/accepted-body';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { unlessKnown } from '../../../kernel/http/conditions/conditions';
import { jsonOf, prepareJson } from '../../../kernel/http/answers/prepared-json';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { tenantScheduler } from '../../../kernel/threads/tenant-scheduler';
import { CONTEXT_LIMITS } from '../contract/evaluation-context';
import type { EvaluationErrorCode } from '../contract/flag-evaluation.types';
import { FlagsPort } from '../contract/flags.port';
import { OfrepErrorFilter } from './ofrep-error.filter';
import {
  contextOf,
  ofrepEvaluation,
  type OfrepEvaluation,
  ofrepEvaluations,
  type OfrepEvaluations,
  ofrepRequest,
  type OfrepRequest,
  toOfrep,
} from './ofrep-message';

const READ = { scope: 'flags.read', resourceType: 'flag' };
const LIMIT_BYTES = 2 * CONTEXT_LIMITS.maxChars;
const STATUS: Readonly<Record<EvaluationErrorCode, number>> = {
  FLAG_NOT_FOUND: 404,
  PARSE_ERROR: 400,
  TYPE_MISMATCH: 400,
  GENERAL: 400,
};

/** The OpenFeature Remote Evaluation Protocol, with which every OpenFeature SDK can evaluate flags. */
@ApiTags('flags')
@Controller('ofrep/v1/evaluate/flags')
@UseFilters(OfrepErrorFilter)
export class OfrepPublicController {
  constructor(private readonly flags: FlagsPort) {}

  /** The entity tag covers the response, and therefore also the context and the time, which targeting can use. */
  @Post()
  @HttpCode(200)
  @JsonLimit(LIMIT_BYTES)
  @Guarded({ ...READ, action: 'flag.ofrep.list', isRead: true })
  @Docs({
    summary: 'OFREP: evaluate all flags that have a value',
    status: 200,
    answer: ofrepEvaluations,
    isCacheable: true,
  })
  async evaluateAllOfrepFlags(
    @Caller() context: CallContext,
    @Body({ schema: ofrepRequest.prefault({}) }) request: OfrepRequest,
    @Headers('if-none-match') condition: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<OfrepEvaluations | undefined> {
    const { snapshotId, evaluations } = await this.flags.evaluateAll(context, contextOf(request));
    const valued = evaluations.filter(({ value, errorCode }) => value !== undefined || errorCode !== null);
    const origin = { kind: 'flags.show', tenantId: requireTenant(context) };
    const answer = await tenantScheduler.run(origin, () =>
      prepareJson({ flags: valued.map(toOfrep), metadata: { snapshotId } }),
    );
    const tag = `"${hash('sha256', jsonOf(answer), 'base64url').slice(0, 27)}"`;
    return unlessKnown(response, { 'if-none-match': condition }, tag, answer);
  }

  @Post(':key')
  @HttpCode(200)
  @JsonLimit(LIMIT_BYTES)
  @Guarded({ ...READ, action: 'flag.ofrep.get', isRead: true })
  @Docs({
    summary: 'OFREP: evaluate one flag',
    status: 200,
    answer: ofrepEvaluation,
    params: { key: 'Key of the flag.' },
  })
  async evaluateOfrepFlag(
    @Caller() context: CallContext,
    @Param('key') key: string,
    @Body({ schema: ofrepRequest.prefault({}) }) request: OfrepRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<OfrepEvaluation> {
    const { evaluation } = await this.flags.evaluate(context, key, contextOf(request));
    if (evaluation.errorCode !== null) response.status(STATUS[evaluation.errorCode]);
    return toOfrep(evaluation);
  }
}
