import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '../../kernel/http/openapi/open-api';
import { Docs } from '../../kernel/http/openapi/api-docs';
import { alive } from '../http/healthz.controller';
import { PublicRoute } from '../../kernel/http/routes/route-access';

/** `GET /health`, which existing SDKs call (wire contract §4.1). */
@ApiTags('health')
@Controller('health')
export class HealthController {
  @Get()
  @PublicRoute()
  @Docs({ summary: 'Check that the control plane responds, for existing SDKs', status: 200, answer: alive })
  getHealth(): { readonly status: 'ok' } {
    return { status: 'ok' };
  }
}
