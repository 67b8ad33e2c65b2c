import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { CanActivate, DynamicModule, NestInterceptor, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { getToken } from '@willsoto/nestjs-prometheus';
import express, { type Express, type Response } from 'express';
import { messagesOf } from '../adapters/express-messages';
import { controllersOfModule } from '../adapters/nest-metadata';
import type { Logger } from '../telemetry/logger';
import { NestLogger } from '../telemetry/nest-logger';
import { SpanInterceptor } from '../telemetry/span.interceptor';
import { refineNotFound } from './routes/allowed-methods';
import { answerBrokenRequests } from './errors/broken-request';
import { limitBodyTime } from './body/body-deadline';
import { admitOrigin, type OriginRules } from './routes/cross-origin';
import { Drain } from './drain';
import { HttpErrorFilter } from './errors/error-filter';
import { type RawRequestHandler, requestListener } from './request-listener';
import type { RequestLogLevel } from './request-logging';
import { hotPaths } from './routes/hot-paths';
import { overrideMethod } from './routes/method-override';
import { type PathRules, pathRules } from './routes/path-rules';
import { HTTP_DURATION, HTTP_METRICS, type HttpDuration } from './http.metrics';
import { preparedText } from './answers/prepared-json';
import { isJsonAnswer, isPlainJson, sendJson } from './answers/send-json';
import { fairRequestQueue } from './callers/fair-request-queue';
import { ReadBodyInterceptor } from './body/read-body.interceptor';
import { SchemaPipe } from './input/schema-pipe';
import type { AddressSet } from './callers/trusted-proxies';

export interface RestSurfaceOptions {
  /** Name in metrics: `backend`, `control-plane` or `health`. */
  readonly name: string;
  readonly logger: Logger;
  /** True if callers reach the surface over HTTPS. The surface itself uses HTTP, behind a proxy. */
  readonly isHttps: boolean;
  /** The requests to log; none by default. */
  readonly requestLog?: RequestLogLevel;
  /** Addresses whose `Forwarded` header is trusted. */
  readonly trustedProxies: AddressSet;
  /** Other origins whose pages may call the surface; by default, other origins can call only paths declared with `@AnyOrigin`. */
  readonly origins?: OriginRules;
  /** Controllers of the internal surface to which it forwards requests. */
  readonly proxied?: readonly Type[];
  /** Handlers for limits and proxies, which run before Express and the `@HotPath` routes. */
  readonly front: readonly RawRequestHandler[];
  /** True for a surface of the installation itself, such as the surface for probes, whose requests never wait in a queue. */
  readonly isUrgent?: boolean;
  readonly guards: readonly CanActivate[];
  /** Interceptors that run after the body has been read. */
  readonly interceptors: readonly NestInterceptor[];
}

/** The root module of a surface's application: its module and the HTTP metrics. */
class SurfaceRoot {}

/**
 * A slow client occupies only a socket, and never a request: headers must arrive within 10 s, and the body within 30 s unless the route
 * streams it.
 */
const HEADERS_TIMEOUT_MS = 10_000;
const BODY_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** A surface that can listen on a port, with its listener for callers in the same process. */
export interface RestSurface {
  readonly app: NestExpressApplication;
  readonly listener: Listener;
  /** Stops accepting requests, lets requests in flight finish (for up to 10 s), and closes every connection. */
  readonly close: () => Promise<void>;
}

/**
 * Nest's Express adapter with a server whose requests pass through the front handlers first, and with responses whose JSON can be prepared.
 */
class FrontedAdapter extends ExpressAdapter {
  constructor(
    private readonly express: Express,
    private readonly listener: Listener,
  ) {
    super(express);
  }

  override reply(response: Response, body: unknown, statusCode?: number): unknown {
    const prepared = preparedText(body);
    if (prepared === null && !isPlainJson(body)) return super.reply(response, body, statusCode);
    if (statusCode !== undefined) response.status(statusCode);
    if (isJsonAnswer(response)) return sendJson(response, prepared ?? JSON.stringify(body));
    return prepared === null ? super.reply(response, body) : response.type('json').send(prepared);
  }

  override initHttpServer(): void {
    const take = (request: IncomingMessage, response: ServerResponse): void => {
      limitBodyTime(server, request, response, BODY_TIMEOUT_MS);
      this.listener(request, response);
    };
    // Node itself would respond to a missing Host or an unknown expectation, without a body. The front handlers reject such requests.
    const server: Server = createServer({ requireHostHeader: false, ...messagesOf(this.express) }, take);
    server.on('checkExpectation', take);
    server.headersTimeout = HEADERS_TIMEOUT_MS;
    // Disabled, because Node's own limit for a whole request applies to every route alike.
    server.requestTimeout = 0;
    server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
    answerBrokenRequests(server);
    this.setHttpServer(server);
  }
}

/**
 * Creates a REST surface: one Nest application on one Express application, with the error format, request ids, limits and headers that
 * apply to every endpoint. Express features that these endpoints do not use are turned off (no ETag for bodies, no `qs`, no banner).
 */
export async function createRestSurface(
  module: Type | DynamicModule,
  options: RestSurfaceOptions,
): Promise<RestSurface> {
  const server = express();
  server.disable('x-powered-by').disable('etag').set('query parser', 'simple').set('case sensitive routing', true);
  // A path with a trailing slash is a different path. Endpoints in front of Express follow the same rule.
  server.set('strict routing', true);
  const rules = pathRules(controllersIn(module), options.proxied);
  const rulesOf = (path: string): PathRules | null => rules.find(path);
  const errors = new HttpErrorFilter(options.logger, rulesOf, (thrown, path) => refineNotFound(server, path, thrown));
  const drain = new Drain();
  // The listener is created later because it needs providers from the application. No requests arrive before the server is listening.
  const take = drain.counted((request, response) => {
    listener(request, response);
  });
  const app = await NestFactory.create<NestExpressApplication>(
    { module: SurfaceRoot, imports: [module], providers: [...HTTP_METRICS] },
    new FrontedAdapter(server, take),
    {
      bodyParser: false,
      logger: new NestLogger(options.logger),
      abortOnError: false,
    },
  );
  const listener = requestListener({
    surface: options.name,
    duration: app.get<HttpDuration>(getToken(HTTP_DURATION)),
    logger: options.logger,
    requestLog: options.requestLog ?? 'off',
    isHttps: options.isHttps,
    trustedProxies: options.trustedProxies,
    admitOrigin: (front, next) => {
      admitOrigin(front, options.origins ?? null, next);
    },
    handlers: [overrideMethod, ...options.front, hotPaths(app)],
    rulesOf,
    turns: options.isUrgent === true ? null : fairRequestQueue,
    fail: (thrown, request, response) => {
      errors.answer(thrown, request, response);
    },
    next: server,
  });
  app.useGlobalGuards(...options.guards);
  app.useGlobalInterceptors(new SpanInterceptor(), new ReadBodyInterceptor(), ...options.interceptors);
  app.useGlobalFilters(errors);
  app.useGlobalPipes(new SchemaPipe());
  await app.init();
  finishExpress(server, errors);
  const http = app.getHttpServer();
  return { app, listener, close: () => drain.close(http, () => app.close()) };
}

function controllersIn(module: Type | DynamicModule): readonly Type[] {
  if ('module' in module) return module.controllers ?? [];
  return controllersOfModule(module);
}

/** Listens on a port. @param address an IP address of this machine; every address by default. */
export async function listen(app: NestExpressApplication, port: number, address?: string): Promise<void> {
  await (address === undefined ? app.listen(port) : app.listen(port, address));
}

/** Sends errors that are thrown outside Nest's own handlers (by parsers or for malformed URLs) in the same format. */
function finishExpress(server: Express, errors: HttpErrorFilter): void {
  server.use((error: unknown, request: IncomingMessage, response: ServerResponse, _next: () => void) => {
    errors.answer(error, request, response);
  });
}
