import type { IncomingMessage } from 'node:http';
import type { INestApplicationContext } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import type { AppError } from '../../kernel/errors/app-error';
import { type CorsConfig, corsConfig } from '../../kernel/http/routes/cors.config';
import { foreignOrigin, originNotAllowed, type OriginRules } from '../../kernel/http/routes/cross-origin';
import { isOrigin } from '../../kernel/network/origin';
import { AppOriginsPort } from '../../modules/apps/contract/app-origins.port';
import { type OauthConfig, oauthConfig } from '../../modules/oauth/oauth.config';

/** The origins whose pages may call the API: origins that apps list, and those of `CORS_ORIGINS`. */
export class AllowedOrigins implements OriginRules {
  readonly own: string;
  private readonly configured: ReadonlySet<string>;

  constructor(
    private readonly apps: AppOriginsPort,
    { ISSUER_URL }: Pick<OauthConfig, 'ISSUER_URL'>,
    { CORS_ORIGINS }: CorsConfig,
  ) {
    this.own = new URL(ISSUER_URL).origin;
    this.configured = new Set(CORS_ORIGINS);
  }

  /** Creates the rules of this installation. */
  static of(core: Pick<INestApplicationContext, 'get'>): AllowedOrigins {
    return new AllowedOrigins(
      core.get(AppOriginsPort),
      core.get<OauthConfig>(oauthConfig.token),
      core.get<CorsConfig>(corsConfig.token),
    );
  }

  isTrusted(origin: string): boolean {
    return this.configured.has(origin);
  }

  async isListed(origin: string): Promise<boolean> {
    return this.isTrusted(origin) || (isOrigin(origin) && this.apps.isListed(origin));
  }

  /**
   * Returns the error for a page that no app lists, or `null`. Also rejects a page that reached this server by a name of its own (DNS
   * rebinding), which a browser treats as a page of the server (Model Context Protocol, "Streamable HTTP").
   */
  async refusalOfStranger({ headers: { origin } }: IncomingMessage): Promise<AppError | null> {
    if (origin === undefined || origin === this.own || (await this.isListed(origin))) return null;
    return originNotAllowed(origin, 'No app lists this origin');
  }

  /** Returns the error for a page whose origin the app of the verified token does not list, or `null`. Errors: `unavailable`. */
  async refusal(request: IncomingMessage, { appId }: CallContext): Promise<AppError | null> {
    const origin = foreignOrigin(request, this.own);
    if (origin === null || this.isTrusted(origin)) return null;
    if (appId === null) return originNotAllowed(origin, 'This credential has no app that could list this origin');
    if (isOrigin(origin) && (await this.apps.isListedBy(appId, origin))) return null;
    return originNotAllowed(origin, `The app ${appId} does not list this origin`);
  }
}
