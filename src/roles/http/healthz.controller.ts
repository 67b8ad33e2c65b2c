import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import { ApiTags } from '../../kernel/http/openapi/open-api';
import { Docs } from '../../kernel/http/openapi/api-docs';
import { PublicRoute } from '../../kernel/http/routes/route-access';

/** The response of a live process. */
export const alive = z.object({ status: z.literal('ok') }).meta({ id: 'Alive' });

/** The liveness endpoint, for a surface on the Internet: only reports that the process responds. */
@ApiTags('health')
@Controller('healthz')
export class HealthzController {
  @Get()
  @PublicRoute()
  @Docs({ summary: 'Check that the process responds', status: 200, answer: alive })
  getLiveness(): z.infer<typeof alive> {
    return { status: 'ok' };
  }
}
