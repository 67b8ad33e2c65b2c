import { Body, Controller, Get, Headers, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { AcceptsBody, JsonLimit, Sent, type SentBody } from '../../../kernel/http/body/accepted-body';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { type ConditionHeaders, conditionOf } from '../../../kernel/http/conditions/conditions';
import { pageOf, pageQuery, type PageQuery } from '../../../kernel/lists/page';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { CONTEXT_LIMITS } from '../contract/evaluation-context';
import type { FlagEvaluation } from '../contract/flag-evaluation.types';
import { FlagsPort } from '../contract/flags.port';
import { type FlagPage, flagResource, type FlagResource } from '../contract/flags.types';
import { flagTypeOf, typedEvaluation } from '../contract/typed-evaluation';
import { contextObject, FLAG_BODY, flagText } from './flag-body';

const READ = { scope: 'flags.read', resourceType: 'flag' };
const KEY = { key: 'Key of the flag.' };

const evaluation = z
  .object({
    key: z.string(),
    enabled: z.boolean().meta({ description: 'True if the flag is on: its value is not false, 0 or empty.' }),
    value: z.unknown().meta({ description: 'Value of the variant, or `defaultValue`; null if there is neither.' }),
    variant: z.string().nullable(),
    reason: z.enum(['STATIC', 'DEFAULT', 'TARGETING_MATCH', 'DISABLED', 'STALE', 'ERROR']),
    errorCode: z.enum(['FLAG_NOT_FOUND', 'PARSE_ERROR', 'TYPE_MISMATCH', 'GENERAL']).nullable(),
    errorMessage: z.string(),
    metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  })
  .meta({ id: 'FlagEvaluation' });
const snapshotId = z.string().meta({ description: "Version of the tenant's flags that was evaluated." });
const snapshotEvaluation = evaluation.extend({ snapshotId }).meta({ id: 'SnapshotFlagEvaluation' });
const snapshotEvaluations = z
  .object({ snapshotId, evaluations: z.array(evaluation) })
  .meta({ id: 'SnapshotFlagEvaluations' });

const evaluateQuery = z
  .strictObject({
    key: z.string().min(1).max(1024),
    context: contextObject.optional(),
    defaultValue: z
      .unknown()
      .optional()
      .meta({ description: 'Returned if the flag has no value; a value of a different type is TYPE_MISMATCH.' }),
  })
  .meta({ id: 'FlagQuery' });
const evaluateAllQuery = z.strictObject({ context: contextObject.optional() }).meta({ id: 'AllFlagsQuery' });

/** Twice the limit for the context, so that a context that is too long gets its specific error. */
const LIMIT_BYTES = 2 * CONTEXT_LIMITS.maxChars;

@ApiTags('flags')
@Controller('v1/flags')
export class FlagsPublicController {
  constructor(private readonly flags: FlagsPort) {}

  @Get()
  @Guarded({ ...READ, action: 'flag.list' })
  @Docs({ summary: 'List flags by key', status: 200, answer: pageOf(flagResource), query: pageQuery })
  async listFlags(
    @Caller() context: CallContext,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<Pick<FlagPage, 'items' | 'nextCursor'>> {
    const { items, nextCursor } = await this.flags.list(context, query);
    return { items, nextCursor };
  }

  @Post('evaluate')
  @HttpCode(200)
  @JsonLimit(LIMIT_BYTES)
  @Guarded({ ...READ, action: 'flag.evaluation.get', isRead: true })
  @Docs({
    summary: 'Evaluate one flag; an unknown flag is off, with an error code',
    status: 200,
    answer: snapshotEvaluation,
  })
  async evaluateFlag(
    @Caller() context: CallContext,
    @Body({ schema: evaluateQuery }) { key, context: by = {}, defaultValue }: z.infer<typeof evaluateQuery>,
  ): Promise<z.infer<typeof snapshotEvaluation>> {
    const { snapshotId: id, evaluation: plain } = await this.flags.evaluate(context, key, by);
    const type = defaultValue === undefined ? null : flagTypeOf(defaultValue);
    return { ...shown(type === null ? plain : typedEvaluation(plain, type, defaultValue)), snapshotId: id };
  }

  @Post('evaluate-all')
  @HttpCode(200)
  @JsonLimit(LIMIT_BYTES)
  @Guarded({ ...READ, action: 'flag.evaluation.list', isRead: true })
  @Docs({ summary: 'Evaluate every flag in one version', status: 200, answer: snapshotEvaluations })
  async evaluateAllFlags(
    @Caller() context: CallContext,
    @Body({ schema: evaluateAllQuery.prefault({}) }) { context: by = {} }: z.infer<typeof evaluateAllQuery>,
  ): Promise<z.infer<typeof snapshotEvaluations>> {
    const { snapshotId: id, evaluations } = await this.flags.evaluateAll(context, by);
    return { snapshotId: id, evaluations: evaluations.map(shown) };
  }

  @Put(':key')
  @Guarded({ scope: 'flags.write', resourceType: 'flag', action: 'flag.put' })
  @AcceptsBody(FLAG_BODY)
  @Docs({
    summary: "Create or replace a flag in flagd's JSON",
    status: 200,
    answer: flagResource,
    params: KEY,
    isConditional: true,
  })
  async putFlag(
    @Caller() context: CallContext,
    @Param('key') key: string,
    @Sent() body: SentBody | null,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<FlagResource> {
    const { flag } = await this.flags.put(context, key, flagText(body), conditionOf(headers));
    response.setHeader('ETag', flag.etag);
    return flag;
  }
}

/** Returns an evaluation that always has a value, because JSON can express a missing value only as null. */
function shown(made: FlagEvaluation): z.infer<typeof evaluation> {
  return { ...made, value: made.value ?? null };
}
