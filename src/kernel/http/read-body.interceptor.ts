import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import express, { type Request, type RequestHandler, type Response } from 'express';
import { from, type Observable, switchMap } from 'rxjs';
import { AppError } from '../errors/app-error';

/** JSON bodies, and forms of the OAuth endpoints (rest.md §1). */
const JSON_LIMIT_BYTES = 1024 * 1024;
const FORM_LIMIT_BYTES = 64 * 1024;
const FORM = 'application/x-www-form-urlencoded';

/**
 * Reads the body after the guards have let the request in: nobody without a credential can make us parse a megabyte,
 * and an unknown route reads nothing.
 */
@Injectable()
export class ReadBodyInterceptor implements NestInterceptor {
  private readonly json = express.json({ limit: JSON_LIMIT_BYTES, strict: false });
  private readonly form = express.urlencoded({ limit: FORM_LIMIT_BYTES, extended: false });

  constructor(private readonly isOauthPath: (path: string) => boolean) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    if (!hasBody(request)) return next.handle();
    const parser = this.parserFor(request);
    return from(run(parser, request, http.getResponse<Response>())).pipe(switchMap(() => next.handle()));
  }

  private parserFor(request: Request): RequestHandler {
    if (this.isOauthPath(request.path)) {
      if (request.is(FORM) === false) throw new AppError('invalid_request', `The body must be ${FORM}.`);
      return this.form;
    }
    if (request.is('application/json') === false) {
      throw new AppError('unsupported_media_type', 'The body must be application/json.');
    }
    return this.json;
  }
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

function run(parser: RequestHandler, request: Request, response: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    void parser(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      // The parser throws http-errors; the surface's filter knows them.
      else reject(error instanceof Error ? error : new Error('The body could not be read.'));
    });
  });
}
