import { Controller, Get, Header } from '@nestjs/common';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { PublicRoute } from '../../../kernel/http/routes/route-access';
import { CONSOLE_STYLE } from './assets/console-style';
import { LIVE_SCRIPT } from './assets/live-script';

/** Assets can be cached permanently, because their URLs change with their content. */
const KEEP = 'public, max-age=31536000, immutable';

/** Serves the console's assets, which are the same for all users. */
@ApiTags('console')
@Controller('console')
export class ConsoleAssetsPublicController {
  @Get('console.css')
  @PublicRoute()
  @Header('Content-Type', 'text/css; charset=utf-8')
  @Header('Cache-Control', KEEP)
  @Docs({ summary: 'Get the stylesheet of the console', status: 200 })
  getConsoleStyles(): string {
    return CONSOLE_STYLE;
  }

  @Get('jobs.js')
  @PublicRoute()
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  @Header('Cache-Control', KEEP)
  @Docs({ summary: 'Get the script that updates the job page', status: 200 })
  getConsoleScript(): string {
    return LIVE_SCRIPT;
  }
}
