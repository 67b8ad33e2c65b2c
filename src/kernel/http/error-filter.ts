import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { AppError } from '../errors/app-error';
import { HTTP_STATUS, OAUTH_CODE } from '../errors/error-tables';
import type { Logger } from '../telemetry/logger';
import { errorAnswer } from './error-body';
import { pathOf, sendAnswer } from './front';
import { httpErrorOf } from './http-error';
import { requestState } from './request-state';

/** Maps everything thrown on a REST surface to its answer, once. A 5xx is logged here with its cause, and only here. */
@Catch()
export class HttpErrorFilter implements ExceptionFilter {
  /**
   * @param isOauthPath whether a path answers with the closed list of RFC 6749 §5.2.
   * @param refine a better error for one the router threw, such as 405 for a path that has other methods.
   */
  constructor(
    private readonly logger: Logger,
    private readonly isOauthPath: (path: string) => boolean,
    private readonly refine: (thrown: unknown, path: string) => unknown,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<IncomingMessage>(), http.getResponse<ServerResponse>());
  }

  /** Answers `request` with the error; closes the connection when the answer has already begun. */
  answer(thrown: unknown, request: IncomingMessage, response: ServerResponse): void {
    const path = pathOf(request);
    const error = hasLeft(request) ? givenUp() : httpErrorOf(this.refine(thrown, path));
    const state = requestState(request);
    const { requestId } = state;
    if (HTTP_STATUS[error.code] >= 500) {
      this.logger.error({ err: error.cause ?? error, requestId, code: error.code }, error.message);
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const isOauth = this.isOauthPath(path);
    const oauthCode = isOauth ? OAUTH_CODE[error.code] : null;
    const answer = errorAnswer(error, {
      requestId,
      accept: request.headers.accept,
      ...(oauthCode === null ? {} : { code: oauthCode }),
      ...(isOauth ? { description: oauthText(error.message) } : {}),
    });
    // What a handler set for its good answer does not belong to the error; what is left of a limit does.
    for (const name of response.getHeaderNames()) if (!name.startsWith('ratelimit')) response.removeHeader(name);
    const headers = ['Content-Type', answer.contentType, ...Object.entries(answer.headers).flat()];
    sendAnswer({ request, response, state }, answer.status, answer.body, headers);
  }
}

/** Whether the client broke its own request off: what failed for that is no fault of ours, and nobody hears the answer. */
function hasLeft({ complete, errored }: IncomingMessage): boolean {
  return !complete && errored?.message === 'aborted';
}

function givenUp(): AppError {
  return new AppError('invalid_request', 'The client went away before its body was read.');
}

/** RFC 6749 section 5.2: a description has no quotes, no backslashes, and ASCII only. */
function oauthText(text: string): string {
  return text
    .replaceAll('"', "'")
    .replaceAll('§', 'section ')
    .replace(/[^\x20-\x5B\x5D-\x7E]/g, '?');
}
