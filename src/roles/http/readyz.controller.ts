import { Controller, Get, Res, ServiceUnavailableException } from '@nestjs/common';
import { type HealthCheckResult, HealthCheckService, type HealthIndicatorResult } from '@nestjs/terminus';
import type { Response } from 'express';
import { z } from 'zod';
import { ApiTags } from '../../kernel/http/openapi/open-api';
import { Readiness } from '../../kernel/health/readiness';
import { Docs } from '../../kernel/http/openapi/api-docs';
import { PublicRoute } from '../../kernel/http/routes/route-access';

const ready = z
  .object({
    status: z.enum(['ready', 'not_ready']),
    missing: z.array(z.string()).optional(),
    notes: z.array(z.string()).optional(),
  })
  .meta({ id: 'Ready' });

/** The readiness endpoint, for the internal network: 503 with all conditions that are not met. */
@ApiTags('health')
@Controller()
export class ReadyzController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly readiness: Readiness,
  ) {}

  @Get('readyz')
  @PublicRoute()
  @Docs({ summary: 'Check that the process can serve', status: 200, answer: ready })
  async getReadiness(@Res({ passthrough: true }) response: Response): Promise<z.infer<typeof ready>> {
    try {
      const { details } = await this.health.check(this.readiness.checks());
      const notes = textsIn(details, 'note');
      return { status: 'ready', ...(notes.length === 0 ? {} : { notes }) };
    } catch (thrown) {
      response.status(503);
      return { status: 'not_ready', missing: textsIn(faultsOf(thrown), 'missing') };
    }
  }
}

/** Returns the indicators that are down, from the error that Terminus throws; empty if a check itself failed. */
function faultsOf(thrown: unknown): Partial<HealthIndicatorResult> {
  if (!(thrown instanceof ServiceUnavailableException)) return {};
  return (thrown.getResponse() as HealthCheckResult).error ?? {};
}

function textsIn(results: Partial<HealthIndicatorResult>, member: 'missing' | 'note'): string[] {
  return Object.values(results).flatMap((result) => {
    const text: unknown = result?.[member];
    return typeof text === 'string' ? [text] : [];
  });
}
