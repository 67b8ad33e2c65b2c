import type { Server } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import type { CanActivate, DynamicModule, NestInterceptor, Type } from '@nestjs/common';
import type { Logger } from '../telemetry/logger';
import { httpDuration } from '../telemetry/metrics';
import { NestLogger } from '../telemetry/nest-logger';
import { answerBrokenRequests } from './broken-request';
import { HttpErrorFilter } from './error-filter';
import { methodNotAllowed } from './allowed-methods';
import { ReadBodyInterceptor } from './read-body.interceptor';
import { requestState } from './request-state';
import { SchemaPipe } from './schema-pipe';
import { setCommonHeaders } from './security-headers';

export interface RestSurfaceOptions {
  /** Name in metrics: `backend`, `control-plane` or `health`. */
  readonly name: string;
  readonly logger: Logger;
  /** Whether a path answers with the closed error list of RFC 6749 §5.2 and takes forms instead of JSON. */
  readonly isOauthPath: (path: string) => boolean;
  /** Addresses whose `Forwarded` is believed. */
  readonly trustedProxies: ReadonlySet<string>;
  /** Handlers before any router: prepared answers, proxies. */
  readonly early: readonly RequestHandler[];
  readonly guards: readonly CanActivate[];
  /** After the body has been read. */
  readonly interceptors: readonly NestInterceptor[];
}

/** A slow client holds a socket, never a request: headers within 10 s, the whole request within 30 s. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

/**
 * A REST surface: one Nest application on one Express, with the error shape, request ids, limits and headers that hold
 * on every endpoint. Express does nothing that these endpoints do not use (no ETag of bodies, no `qs`, no banner).
 */
export async function createRestSurface(
  module: Type | DynamicModule,
  options: RestSurfaceOptions,
): Promise<NestExpressApplication> {
  const server = express();
  server.disable('x-powered-by').disable('etag').set('query parser', 'simple').set('case sensitive routing', true);
  const errors = new HttpErrorFilter(options.logger, options.isOauthPath, (thrown, request) =>
    methodNotAllowed(server, request, thrown),
  );

  const app = await NestFactory.create<NestExpressApplication>(module, new ExpressAdapter(server), {
    bodyParser: false,
    logger: new NestLogger(options.logger),
    abortOnError: false,
  });
  app.use((request: Request, response: Response, next: () => void) => {
    setCommonHeaders(response, requestState(request, options.trustedProxies));
    measure(options.name, request, response);
    next();
  });
  for (const handler of options.early) app.use(handler);
  app.useGlobalGuards(...options.guards);
  app.useGlobalInterceptors(new ReadBodyInterceptor(options.isOauthPath), ...options.interceptors);
  app.useGlobalFilters(errors);
  app.useGlobalPipes(new SchemaPipe());
  await app.init();
  finishExpress(server, errors);

  const http: Server = app.getHttpServer();
  http.headersTimeout = HEADERS_TIMEOUT_MS;
  http.requestTimeout = REQUEST_TIMEOUT_MS;
  http.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  answerBrokenRequests(http);
  return app;
}

function measure(surface: string, { method }: Request, response: Response): void {
  const began = performance.now();
  response.once('finish', () => {
    httpDuration.observe({ surface, method, status: response.statusCode }, (performance.now() - began) / 1000);
  });
}

/** What is thrown outside Nest's own handlers (parsers, malformed URLs) gets the same error shape. */
function finishExpress(server: Express, errors: HttpErrorFilter): void {
  server.use((error: unknown, request: Request, response: Response, _next: () => void) => {
    errors.answer(error, request, response);
  });
}
