import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { HTTP_STATUS, OAUTH_CODE } from '../errors/error-tables';
import type { Logger } from '../telemetry/logger';
import { errorAnswer } from './error-body';
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
    private readonly refine: (thrown: unknown, request: Request) => unknown,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<Request>(), http.getResponse<Response>());
  }

  /** Answers `request` with the error; closes the connection when the answer has already begun. */
  answer(thrown: unknown, request: Request, response: Response): void {
    const error = httpErrorOf(this.refine(thrown, request));
    const { requestId } = requestState(request);
    if (HTTP_STATUS[error.code] >= 500) {
      this.logger.error({ err: error.cause ?? error, requestId, code: error.code }, error.message);
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const isOauth = this.isOauthPath(request.path);
    const oauthCode = isOauth ? OAUTH_CODE[error.code] : null;
    const answer = errorAnswer(error, {
      requestId,
      accept: request.headers.accept,
      ...(oauthCode === null ? {} : { code: oauthCode }),
    });
    response.status(answer.status).set(answer.headers).set('Content-Type', answer.contentType);
    if (isOauth) response.set('Cache-Control', 'no-store');
    response.end(answer.body);
  }
}
