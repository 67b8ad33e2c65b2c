import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { BoundedCache } from '../builtins/bounded-cache.js';
import type { Value } from '../values/value.js';
import type { Handler, ServerContext } from './api.js';
import { type ApiRequest, remoteOf } from './api-request.js';
import { empty, type Reply } from './reply.js';
import { ApiError, apiErrorOf } from './api-error.js';
import { authorize } from './authorization.js';
import { Parameters } from './parameters.js';
import { assertBodyLength, isYaml, readBody, valueOfBody } from './request-body.js';
import { findRoute, type Route, routesFor } from './routes.js';
import { sendReply } from './send-reply.js';

/** The enabled checks for callers. */
export interface AccessOptions {
  readonly authentication: 'token' | 'off';
  readonly authorization: 'basic' | 'off';
}

const NOTHING = Buffer.alloc(0);
const WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);
/** The maximum number of URLs with cached routes, and their maximum length. */
const MAX_TARGETS = 1_000;
const MAX_TARGET_LENGTH = 300;

/** The target of a URL, shared by all requests with the same URL. */
interface Target {
  readonly path: string;
  readonly parameters: Parameters;
  readonly found: { readonly route: Route; readonly rest: string } | null;
  /** The redirect or error for a path that is not in canonical form. */
  readonly elsewhere: Reply | null;
}

/** A request and its response. */
interface Exchange {
  readonly id: number;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly target: Target;
  readonly began: number;
}

/** Handles the requests of one listener: finds the route, calls the authorizer, reads the body, and calls the handler. */
export class RequestHandler {
  private readonly routes: readonly Route[];
  private readonly targets = new BoundedCache<Target>(2 * MAX_TARGETS);
  private readonly logsRequests: boolean;
  private lastId = 0;

  constructor(
    private readonly server: ServerContext,
    private readonly access: AccessOptions,
    kind: 'api' | 'diagnostic',
  ) {
    this.routes = routesFor(kind);
    this.logsRequests = server.logger.isOn('info');
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    const exchange: Exchange = {
      id: ++this.lastId,
      request,
      response,
      method: request.method ?? 'GET',
      target: this.targetOf(request.url ?? '/'),
      began: performance.now(),
    };
    if (this.logsRequests) this.logRequest(exchange);
    try {
      this.answer(exchange);
    } catch (thrown) {
      this.fail(exchange, thrown);
    }
  };

  private targetOf(url: string): Target {
    const known = this.targets.get(url);
    if (known !== undefined) return known;
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const target = {
      path,
      parameters: new Parameters(mark < 0 ? '' : url.slice(mark + 1)),
      found: findRoute(this.routes, path),
      elsewhere: redirectOf(path, url.slice(path.length)),
    };
    if (url.length <= MAX_TARGET_LENGTH) this.targets.put(url, target, 1);
    return target;
  }

  private answer(exchange: Exchange): void {
    const { method, target } = exchange;
    const { path, found, elsewhere } = target;
    if (elsewhere?.status === 400) {
      this.finish(exchange, elsewhere);
      return;
    }
    const route = found?.route;
    const handler = route !== undefined && Object.hasOwn(route.methods, method) ? route.methods[method] : undefined;
    const isServed = elsewhere === null && handler !== undefined && (path.length === 1 || !path.endsWith('/'));
    const showsBody = isServed && route?.showsBody === true && method === 'POST';
    // A body that the authorizer does not use is read only after authorization. Only authorized callers learn which routes exist.
    if (!showsBody) this.authorize(exchange, undefined);
    if (isServed) this.call(exchange, handler, showsBody);
    else if (elsewhere !== null || route === undefined) this.finish(exchange, elsewhere ?? NOT_FOUND);
    else this.finish(exchange, handler === undefined ? refusalOf(route, method) : withoutSlash(path, method));
  }

  private call(exchange: Exchange, handler: Handler, showsBody: boolean): void {
    const { request, method } = exchange;
    const limits = this.server.config.body;
    if (!WITH_BODY.has(method)) {
      this.finish(exchange, handler(this.apiRequest(exchange, NOTHING, undefined), this.server));
      return;
    }
    assertBodyLength(request, limits);
    readBody(request, limits, (error, body) => {
      try {
        if (error !== null) throw error;
        const parsedBody = showsBody ? this.authorize(exchange, body) : undefined;
        this.finish(exchange, handler(this.apiRequest(exchange, body, parsedBody), this.server));
      } catch (thrown) {
        this.fail(exchange, thrown);
      }
    });
  }

  private apiRequest(
    { id, request, method, target }: Exchange,
    body: Buffer,
    parsedBody: Value | undefined,
  ): ApiRequest {
    const { parameters, found } = target;
    const { headers } = request;
    const yaml = isYaml(request);
    return {
      id,
      method,
      rest: found?.rest ?? '',
      parameters,
      headers,
      socket: request.socket,
      body,
      isYaml: yaml,
      parsedBody,
    };
  }

  /** Calls the authorizer, if there is one. Returns the parsed body, so that it is parsed only once. */
  private authorize({ request, target }: Exchange, body: Buffer | undefined): Value | undefined {
    if (this.access.authorization === 'off') return undefined;
    const parsed = body === undefined ? undefined : valueOfBody(body, isYaml(request), '');
    const { decisions, config } = this.server;
    const { path, parameters } = target;
    const asked = { request, path, parameters, body: parsed };
    authorize(decisions, config.defaultAuthorizationDecision, asked, this.access.authentication);
    return parsed;
  }

  private fail(exchange: Exchange, thrown: unknown): void {
    const { status, body } = apiErrorOf(thrown);
    if (!(thrown instanceof ApiError)) {
      this.server.logger.error('Request failed.', { req_id: exchange.id, err: stackOf(thrown) });
    }
    // In the middle of a response, only closing the connection can signal an error.
    if (exchange.response.headersSent) exchange.response.destroy();
    else this.finish(exchange, { status, body });
  }

  private finish({ id, request, response, method, target, began }: Exchange, reply: Reply): void {
    const { server } = this;
    const route = target.found?.route;
    // Do not wait for the rest of a rejected body.
    if (reply.status >= 400 && !request.complete) response.setHeader('Connection', 'close');
    const packs = route?.packs === true && (method === 'GET' || method === 'POST');
    const bytes = sendReply(request, response, reply, packs ? server.config.encoding : null);
    const millis = performance.now() - began;
    server.durations.observe(reply.status, route?.label ?? 'catchall', method, millis / 1_000);
    if (this.logsRequests) {
      server.logger.info('Sent response.', {
        client_addr: remoteOf(request.socket),
        req_id: id,
        req_method: method,
        req_path: target.path,
        resp_bytes: bytes,
        resp_duration: millis,
        resp_status: reply.status,
      });
    }
  }

  private logRequest({ id, request, method, target }: Exchange): void {
    this.server.logger.info('Received request.', {
      client_addr: remoteOf(request.socket),
      req_id: id,
      req_method: method,
      req_path: target.path,
    });
  }
}

const NOT_FOUND: Reply = { status: 404, type: 'text/plain; charset=utf-8', body: '404 page not found\n' };

const stackOf = (thrown: unknown): string =>
  thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);

const HTML = 'text/html; charset=utf-8';

/** Redirects paths with empty or dot segments to the clean path, and rejects invalid escapes, as Go's router does. */
function redirectOf(path: string, query: string): Reply | null {
  if (/%(?![0-9A-Fa-f]{2})/.test(path)) {
    return {
      status: 400,
      type: 'text/plain; charset=utf-8',
      body: '400 Bad Request',
      headers: { Connection: 'close' },
    };
  }
  if (!/\/(?:\/|\.\.?(?:\/|$))/.test(path)) return null;
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  const clean = `/${kept.join('/')}${path.endsWith('/') && kept.length > 0 ? '/' : ''}${query}`;
  return {
    status: 307,
    headers: { Location: clean },
    type: HTML,
    body: `<a href="${escapeHtml(clean)}">Temporary Redirect</a>.\n\n`,
  };
}

function withoutSlash(path: string, method: string): Reply {
  const to = path.slice(0, -1);
  const moved = { status: 301, headers: { Location: to } };
  return method === 'GET'
    ? { ...moved, type: HTML, body: `<a href="${escapeHtml(to)}">Moved Permanently</a>.\n\n` }
    : { ...moved, body: '' };
}

function refusalOf({ refusal, methods }: Route, method: string): Reply {
  if (refusal === 'bare' || method === 'HEAD') return empty(405);
  const allowed = Object.keys(methods).flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]));
  return {
    status: 405,
    headers: { Allow: allowed.join(', ') },
    type: 'text/plain; charset=utf-8',
    body: 'Method Not Allowed\n',
  };
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
