import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import express, { type Request, type RequestHandler, type Response } from 'express';
import { from, type Observable, switchMap } from 'rxjs';
import { AppError } from '../errors/app-error';

/** Of a JSON body (rest.md §1). */
const LIMIT_BYTES = 1024 * 1024;

/**
 * Reads the body after the guards have let the request in: nobody without a credential can make us parse a megabyte,
 * and an unknown route reads nothing.
 */
@Injectable()
export class ReadBodyInterceptor implements NestInterceptor {
  private readonly json = express.json({ limit: LIMIT_BYTES, strict: false });

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    if (!hasBody(request)) return next.handle();
    if (request.is('application/json') === false) {
      throw new AppError('unsupported_media_type', 'The body must be application/json.');
    }
    return from(run(this.json, request, http.getResponse<Response>())).pipe(switchMap(() => next.handle()));
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
