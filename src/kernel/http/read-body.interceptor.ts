import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import express, { type Request, type RequestHandler, type Response } from 'express';
import { from, type Observable, switchMap } from 'rxjs';
import { AppError } from '../errors/app-error';
import { type AcceptedBody, acceptedBody, setSentBody } from './accepted-body';

/** Of a JSON body (rest.md §1). */
const LIMIT_BYTES = 1024 * 1024;

/**
 * Reads the body after the guards have let the request in: nobody without a credential can make us parse a megabyte,
 * and an unknown route reads nothing. JSON, unless the route says that it accepts something else.
 */
@Injectable()
export class ReadBodyInterceptor implements NestInterceptor {
  private readonly json = express.json({ limit: LIMIT_BYTES, strict: false });

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    if (!hasBody(request)) return next.handle();
    const accepted = acceptedBody(context);
    const read = accepted === null ? this.readJson.bind(this) : readAccepted.bind(null, accepted);
    return from(read(request, http.getResponse<Response>())).pipe(switchMap(() => next.handle()));
  }

  private async readJson(request: Request, response: Response): Promise<void> {
    if (request.is('application/json') === false) {
      throw new AppError('unsupported_media_type', 'The body must be application/json.');
    }
    await run(this.json, request, response);
  }
}

async function readAccepted({ types, limitBytes }: AcceptedBody, request: Request, response: Response): Promise<void> {
  const type = request.is([...types]);
  if (typeof type !== 'string') {
    throw new AppError('unsupported_media_type', `The body must be ${types.join(', ')}.`);
  }
  await run(express.raw({ limit: limitBytes, type: () => true }), request, response);
  const body: unknown = request.body;
  // An empty chunked body leaves nothing to hand on.
  if (Buffer.isBuffer(body)) setSentBody(request, { type, bytes: body });
  request.body = undefined;
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
