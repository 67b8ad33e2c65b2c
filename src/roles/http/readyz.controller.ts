import { Controller, Get, Res } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { ApiTags } from '../../kernel/http/open-api';
import type { Response } from 'express';
import { z } from 'zod';
import { Readiness } from '../../kernel/health/readiness';
import { Docs } from '../../kernel/http/api-docs';
import { PublicRoute } from '../../kernel/http/route-access';

const ready = z
  .object({
    status: z.enum(['ready', 'not_ready']),
    missing: z.array(z.string()).optional(),
    notes: z.array(z.string()).optional(),
  })
  .meta({ id: 'Ready' });

/** Readiness, for the internal network: 503 with everything that is missing. */
@ApiTags('health')
@Controller()
export class ReadyzController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly readiness: Readiness,
  ) {}

  @Get('readyz')
  @PublicRoute()
  @Docs({ summary: 'Whether the process can serve', status: 200, answer: ready })
  async readyz(@Res({ passthrough: true }) response: Response): Promise<z.infer<typeof ready>> {
    let missing: readonly string[] = [];
    try {
      await this.health.check([
        () => {
          missing = this.readiness.missing();
          const indicator = this.indicators.check('role');
          return missing.length === 0 ? indicator.up() : indicator.down();
        },
      ]);
      const notes = this.readiness.noted();
      return { status: 'ready', ...(notes.length === 0 ? {} : { notes: [...notes] }) };
    } catch {
      response.status(503);
      return { status: 'not_ready', missing: [...missing] };
    }
  }
}
