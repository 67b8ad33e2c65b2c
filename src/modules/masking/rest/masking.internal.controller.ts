import { Body, Controller, Delete, Get, Headers, HttpCode, Post, Put, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { type ConditionHeaders, conditionOf, unlessKnown } from '../../../kernel/http/conditions/conditions';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { tenantQuery } from '../../../kernel/http/input/tenant-query';
import { MaskingRulesPort } from '../contract/masking-rules.port';
import {
  maskingEntity,
  type MaskingEntity,
  maskingKey,
  type MaskingKey,
  maskingRules,
  type MaskingRules,
  newMaskingRules,
  type NewMaskingRules,
  rulesEntityTag,
} from '../contract/masking-rules.types';

const ADMIN = { scope: 'admin', resourceType: 'masking' };

/** A tenant's masking rules, and the keys for its tokens. */
@ApiTags('masking')
@Controller('api/v1/masking')
export class MaskingInternalController {
  constructor(private readonly rules: MaskingRulesPort) {}

  @Get()
  @Guarded({ ...ADMIN, action: 'masking.rules.get' })
  @Docs({ summary: 'The masking rules', status: 200, answer: maskingRules, query: tenantQuery, isCacheable: true })
  async getMaskingRules(
    @Caller() context: CallContext,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<MaskingRules | undefined> {
    const rules = await this.rules.get(context);
    return unlessKnown(response, headers, rulesEntityTag(rules), rules);
  }

  @Put()
  @Guarded({ ...ADMIN, action: 'masking.rules.put' })
  @Docs({
    summary: 'Replace the masking rules',
    status: 200,
    answer: maskingRules,
    query: tenantQuery,
    isConditional: true,
  })
  async putMaskingRules(
    @Caller() context: CallContext,
    @Body({ schema: newMaskingRules }) rules: NewMaskingRules,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<MaskingRules> {
    return tagged(response, await this.rules.put(context, rules, conditionOf(headers)));
  }

  @Delete()
  @HttpCode(204)
  @Guarded({ ...ADMIN, action: 'masking.rules.delete' })
  @Docs({
    summary: 'Reset the masking rules to those of the installation',
    status: 204,
    query: tenantQuery,
    isConditional: true,
  })
  resetMaskingRules(@Caller() context: CallContext, @Headers() headers: ConditionHeaders): Promise<void> {
    return this.rules.reset(context, conditionOf(headers));
  }

  @Get('entities')
  @Guarded({ ...ADMIN, action: 'masking.entity.list' })
  @Docs({
    summary: 'List the entities that masking can find',
    status: 200,
    answer: z.object({ items: z.array(maskingEntity) }),
    query: tenantQuery,
  })
  listMaskingEntities(): { readonly items: readonly MaskingEntity[] } {
    return { items: this.rules.entities() };
  }

  @Get('keys')
  @Guarded({ ...ADMIN, action: 'masking.key.list' })
  @Docs({
    summary: 'List the generations of the masking key, newest first',
    status: 200,
    answer: z.object({ items: z.array(maskingKey) }),
    query: tenantQuery,
  })
  async listMaskingKeys(@Caller() context: CallContext): Promise<{ readonly items: readonly MaskingKey[] }> {
    return { items: await this.rules.keys(context) };
  }

  @Post('rotate-key')
  @HttpCode(200)
  @Guarded({ ...ADMIN, action: 'masking.key.rotate' })
  @Docs({
    summary: 'Rotate the masking key; old tokens stay readable',
    status: 200,
    answer: maskingKey,
    query: tenantQuery,
    isKeyed: true,
  })
  rotateMaskingKey(
    @Caller() context: CallContext,
    @Body({ schema: z.strictObject({}).prefault({}) }) _body: object,
  ): Promise<MaskingKey> {
    return this.rules.rotateKey(context);
  }
}

/** Sets the rules' entity tag on the response and returns the rules. */
function tagged(response: Response, rules: MaskingRules): MaskingRules {
  response.setHeader('ETag', rulesEntityTag(rules));
  return rules;
}
