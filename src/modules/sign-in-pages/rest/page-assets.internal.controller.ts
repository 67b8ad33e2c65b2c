import { Controller, Get, Header, Req } from '@nestjs/common';
import type { Request } from 'express';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { PublicRoute } from '../../../kernel/http/routes/route-access';
import { oauthErrors } from '../../../kernel/http/errors/error-shape';
import { Errors, ProxiedToControlPlane } from '../../../kernel/http/routes/route-decorators';
import { queryOf, valueOf } from '../../../kernel/pages/parameters';
import { passkeyScript } from './browser/passkey-script';
import { FORM_POST_SCRIPT } from './pages/form-post.page';
import { accentOf, DEFAULT_ACCENT } from '../../../kernel/pages/style/accent';
import { icon, stylesheet } from '../../../kernel/pages/style/stylesheet';

/** The address of an asset changes with its content. */
const KEEP = 'public, max-age=31536000, immutable';

/** Serves the pages' assets, which are the same for every visitor. */
@ApiTags('pages')
@Controller('oauth')
@ProxiedToControlPlane()
@Errors(oauthErrors)
export class PageAssetsInternalController {
  /** Read when a browser first asks for it. */
  private passkeys: string | null = null;

  @Get('pages.css')
  @PublicRoute()
  @Header('Content-Type', 'text/css; charset=utf-8')
  @Header('Cache-Control', KEEP)
  @Docs({ summary: 'Get the stylesheet in a color (accent=RRGGBB)', status: 200 })
  getPageStyles(@Req() request: Request): string {
    return stylesheet(accentIn(request));
  }

  @Get('icon.svg')
  @PublicRoute()
  @Header('Content-Type', 'image/svg+xml')
  @Header('Cache-Control', KEEP)
  @Docs({ summary: 'Get the icon in a color (accent=RRGGBB)', status: 200 })
  getPageIcon(@Req() request: Request): string {
    return icon(accentIn(request));
  }

  @Get('form-post.js')
  @PublicRoute()
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  @Header('Cache-Control', 'public, max-age=3600')
  @Docs({ summary: 'Sends the form of a form_post response', status: 200 })
  getFormPostScript(): string {
    return FORM_POST_SCRIPT;
  }

  @Get('passkeys.js')
  @PublicRoute()
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  @Header('Cache-Control', 'public, max-age=3600')
  @Docs({ summary: 'Get the script that asks the browser for a passkey', status: 200 })
  getPasskeyScript(): string {
    return (this.passkeys ??= passkeyScript());
  }
}

/** Returns the accent color. Only six hexadecimal digits can reach the stylesheet; any other value becomes the default color. */
function accentIn({ url }: Request): string {
  return accentOf(valueOf(queryOf(url), 'accent')) ?? DEFAULT_ACCENT;
}
