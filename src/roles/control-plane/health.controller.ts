import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '../../kernel/http/open-api';
import { Docs } from '../../kernel/http/api-docs';
import { PublicRoute } from '../../kernel/http/route-access';

/** `GET /health`, which existing SDKs call (wire contract §4.1). */
@ApiTags('health')
@Controller('health')
export class HealthController {
  @Get()
  @PublicRoute()
  @Docs({ summary: 'Whether the control plane answers, as existing SDKs ask', status: 200 })
  health(): { readonly status: 'ok' } {
    return { status: 'ok' };
  }
}
