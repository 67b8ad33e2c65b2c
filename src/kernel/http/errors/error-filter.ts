import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { AppError } from '../../errors/app-error';
import { HTTP_STATUS } from '../../errors/error-tables';
import { LogSampler } from '../../limits/log-sampler';
import type { Logger } from '../../telemetry/logger';
import { errorAnswer } from './error-body';
import { pathOf, sendAnswer } from '../request-listener';
import { originHeaders } from '../routes/cross-origin';
import { httpErrorOf } from './http-error';
import { givenUp } from '../body/json-gate';
import type { PathRules } from '../routes/path-rules';
import { requestState } from '../request-state';
import { dropUnread } from '../body/unread-body';

/** Headers that belong in an error response, unlike the headers that a handler set for success. */
const KEPT_HEADERS = /^(ratelimit|access-control-|strict-transport-security$)/;
const REFUSALS_LOGGED_EVERY_MS = 10_000;

/** Maps every error that is thrown on a REST surface to its response. Only this filter logs 5xx errors with their causes. */
@Catch()
export class HttpErrorFilter implements ExceptionFilter {
  private readonly refusals = new LogSampler(REFUSALS_LOGGED_EVERY_MS, () => performance.now());

  /**
   * @param rulesOf returns what controllers declare for a path: its error format, and whether every origin can read its errors.
   * @param refine returns a better error for a router error, such as 405 for a path with other methods.
   */
  constructor(
    private readonly logger: Logger,
    private readonly rulesOf: (path: string) => Pick<PathRules, 'errors' | 'isForAnyOrigin'> | null,
    private readonly refine: (thrown: unknown, path: string) => unknown,
  ) {}

  /**
   * Logs an error. Overload rejections occur by the thousand and do not need any investigation, so the log gets one line per interval,
   * without a stack trace.
   */
  private log(error: AppError, requestId: string): void {
    if (error.reason !== 'overloaded') {
      this.logger.error({ err: error.cause ?? error, requestId, code: error.code }, error.message);
      return;
    }
    const omitted = this.refusals.sample(error.message);
    if (omitted !== null) this.logger.warn({ requestId, code: error.code, omitted }, error.message);
  }

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<IncomingMessage>(), http.getResponse<ServerResponse>());
  }

  /** Sends the error as the response to `request`, or closes the connection if a response has already begun. */
  answer(thrown: unknown, request: IncomingMessage, response: ServerResponse): void {
    const path = pathOf(request);
    const error = hasLeft(request) ? givenUp() : httpErrorOf(this.refine(thrown, path));
    const state = requestState(request);
    const { requestId } = state;
    // An unsupported feature is not a fault.
    if (HTTP_STATUS[error.code] >= 500 && error.code !== 'not_implemented') this.log(error, requestId);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (error.denial !== null) {
      state.refusedAs = HTTP_STATUS[error.code];
      dropUnread(request);
      const type = ['Content-Type', 'application/json; charset=utf-8'];
      sendAnswer({ request, response, state }, 200, JSON.stringify(error.denial), type);
      return;
    }
    const rules = this.rulesOf(path);
    const answer = (rules?.errors ?? errorAnswer)(error, { requestId, accept: request.headers.accept });
    for (const name of response.getHeaderNames()) if (!KEPT_HEADERS.test(name)) response.removeHeader(name);
    const headers = [
      'Content-Type',
      answer.contentType,
      ...originHeaders(rules),
      ...Object.entries(answer.headers).flat(),
    ];
    dropUnread(request);
    sendAnswer({ request, response, state }, answer.status, answer.body, headers);
  }
}

/**
 * Returns whether the client aborted its own request. A failure that results from this is not the server's fault, and the client does not
 * receive a response.
 */
function hasLeft({ complete, errored }: IncomingMessage): boolean {
  return !complete && errored?.message === 'aborted';
}
