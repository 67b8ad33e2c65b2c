import { Body, Controller, HttpCode, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { TenantNames } from '../../../kernel/context/tenant-names';
import { AppError } from '../../../kernel/errors/app-error';
import { JsonLimit } from '../../../kernel/http/body/accepted-body';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { tenantQuery } from '../../../kernel/http/input/tenant-query';
import { PolicyPort } from '../contract/policy.port';
import type { PolicyQuery } from '../contract/policy.types';

const LIMIT_BYTES = 1024 * 1024;

const question = z
  .object({
    rule: z.string().min(1).max(1024),
    tenant_id: z.string().max(128).default('').meta({ description: 'Id or slug, as in ?tenant=.' }),
    input: z.record(z.string(), z.unknown()).optional(),
    input_json: z.string().optional().meta({ description: 'The input as a string that contains a JSON object.' }),
  })
  .refine(({ input, input_json: text }) => input === undefined || text === undefined, {
    message: 'send input or input_json, not both',
    path: ['input_json'],
  })
  .meta({ id: 'EvaluateQuestion' });

const evaluation = z
  .object({
    allowed: z.boolean(),
    result: z.boolean().meta({ description: 'The same as `allowed`.' }),
    reason: z.string(),
    tenant_id: z.string(),
  })
  .meta({ id: 'Evaluation' });

type Evaluation = z.infer<typeof evaluation>;

function denied(reason: string): Evaluation {
  return { allowed: false, result: false, reason, tenant_id: '' };
}

/**
 * `POST /api/v1/policy/evaluate`, which existing clients call when no sidecar responds (wire contract §4.1). An unauthorized caller
 * receives a denial as the response, because these clients treat any other response as an outage and allow access.
 */
@ApiTags('policy')
@Controller('api/v1/policy')
export class EvaluateInternalController {
  constructor(
    private readonly policy: PolicyPort,
    private readonly tenants: TenantNames,
  ) {}

  @Post('evaluate')
  @HttpCode(200)
  @JsonLimit(LIMIT_BYTES)
  @Guarded({
    scope: 'admin',
    resourceType: 'policy',
    action: 'policy.evaluate',
    isDecision: true,
    tenantInBody: true,
    denial: denied,
  })
  @Docs({
    summary: 'Evaluate a rule of the policy for an input',
    status: 200,
    answer: evaluation,
    query: tenantQuery,
  })
  async evaluatePolicy(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: z.infer<typeof tenantQuery>,
    @Body({ schema: question }) { rule, tenant_id: named, input, input_json: json }: z.infer<typeof question>,
  ): Promise<Evaluation> {
    const tenantId = await this.tenantOf(context, named);
    if (!(await this.tenants.isActive(tenantId))) return denied('The tenant is not active.');
    const asked: PolicyQuery['input'] = json === undefined ? { value: input ?? {} } : { json };
    const query = { tenantId, rule, input: asked, deadlineMs: context.deadlineMs };
    const decision = await this.policy.evaluate({ ...context, tenantId }, query);
    if (decision.code === 'unavailable' || decision.code === 'deadline') {
      throw new AppError('unavailable', decision.reason);
    }
    return { allowed: decision.allowed, result: decision.allowed, reason: decision.reason, tenant_id: tenantId };
  }

  /**
   * Returns the caller's tenant or, for the installation's service token, the tenant that the body names. No other caller can choose a
   * tenant by name.
   * Errors: `not_found`, `invalid_request`.
   */
  private async tenantOf({ tenantId, isPlatformAdmin }: CallContext, named: string): Promise<string> {
    const found = tenantId === null ? await this.anyTenant(isPlatformAdmin, named) : await this.own(tenantId, named);
    if (found === null) throw new AppError('not_found', 'There is no such tenant.');
    return found;
  }

  private async anyTenant(isPlatformAdmin: boolean, named: string): Promise<string | null> {
    if (named === '') throw new AppError('invalid_request', 'Set tenant_id to name the tenant.');
    return isPlatformAdmin ? this.tenants.idOf(named) : null;
  }

  /**
   * Returns the caller's own tenant. All other names are refused without a lookup, because the response time must not reveal whether a name
   * exists.
   */
  private async own(tenantId: string, named: string): Promise<string | null> {
    const isOwn = named === '' || named === tenantId || named === (await this.tenants.slugOf(tenantId));
    return isOwn ? tenantId : null;
  }
}
