import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { finalize, from, type Observable, switchMap } from 'rxjs';
import { AppError } from '../../errors/app-error';
import {
  type AcceptedBody,
  acceptedBody,
  forgetSentBody,
  jsonLimit,
  keepsJson,
  setSentBody,
  streamedBody,
} from './accepted-body';
import { inputThrottle, THREAD_PARTS } from '../../threads/input-throttle';
import { httpErrorOf } from '../errors/http-error';
import type { TextOwner } from './gate-queue';
import { ANSWERED, givenUp, type JsonGate, jsonGate } from './json-gate';
import { jsonDecoder } from './json-text';
import { knownCallers } from '../callers/known-callers';
import { parseFairly } from './parse-fairly';
import { announcedBytes, ownerOf, receiveBody } from './receive-body';
import { fairRequestQueue } from '../callers/fair-request-queue';
import { markRefusedBody } from './unread-body';

/** Size limit of a JSON body (rest.md §1). */
const LIMIT_BYTES = 1024 * 1024;

/** The state for reading one body, in addition to the request. */
interface Reading {
  readonly request: Request;
  readonly response: Response;
  readonly owner: TextOwner;
  /** Aborted when the request no longer needs its body. */
  readonly over: AbortSignal;
}

/**
 * Reads the body after the guards have admitted the request. A caller without a credential therefore cannot make the server parse a
 * megabyte, and no body is read for an unknown route. The body is JSON, unless the route accepts a different type. Large JSON waits as
 * bytes for its share of the gate's budget. It keeps the share until the handler has responded or failed, even if the client has
 * disconnected by then, because the handler still holds the values.
 */
@Injectable()
export class ReadBodyInterceptor implements NestInterceptor {
  constructor(private readonly gate: JsonGate = jsonGate) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    knownCallers.remember(request);
    fairRequestQueue.letIn(request);
    const streamed = streamedBody(context);
    if (streamed !== null) {
      // Any type is accepted, so the type is not checked.
      if (!streamed.includes('*/*') && request.is([...streamed]) === false) {
        throw new AppError('unsupported_media_type', `The body must be ${streamed.join(', ')}.`);
      }
      return next.handle();
    }
    if (!hasBody(request)) return next.handle();
    const response = http.getResponse<Response>();
    const over = new AbortController();
    const reading = { request, response, owner: ownerOf(request), over: over.signal };
    return from(this.read(context, reading, over)).pipe(
      switchMap(() => next.handle()),
      finalize(() => {
        // On a kept-alive connection, the request object outlives its response; the values must not.
        request.body = undefined;
        forgetSentBody(request);
        over.abort(ANSWERED);
      }),
    );
  }

  private async read(context: ExecutionContext, reading: Reading, over: AbortController): Promise<void> {
    const { response } = reading;
    const giveUp = (): void => {
      over.abort(givenUp());
    };
    response.once('close', giveUp);
    const accepted = acceptedBody(context);
    try {
      if (accepted === null) await this.readJson(reading, jsonLimit(context) ?? LIMIT_BYTES, keepsJson(context));
      else await this.readAccepted(reading, accepted);
    } catch (thrown) {
      const { code, reason } = httpErrorOf(thrown);
      if (code === 'payload_too_large' || reason === 'overloaded') markRefusedBody(reading.request);
      throw thrown;
    }
    response.off('close', giveUp);
  }

  private async readJson(reading: Reading, limitBytes: number, keeps: boolean): Promise<void> {
    const { request, owner, over } = reading;
    if (request.is('application/json') === false) {
      throw new AppError('unsupported_media_type', 'The body must be application/json.');
    }
    const decoder = jsonDecoder(request.headers['content-type']);
    this.gate.assertRoom(announcedBytes(request), owner);
    const bytes = await receiveBody(request, reading.response, limitBytes);
    if (bytes === null) return;
    await this.enter(reading, bytes);
    request.body = await parseFairly(bytes, decoder, owner, over);
    if (keeps) setSentBody(request, { type: 'application/json', bytes });
  }

  private async readAccepted(reading: Reading, { types, limitBytes, json }: AcceptedBody): Promise<void> {
    const { request, owner } = reading;
    const type = request.is([...types]);
    if (typeof type !== 'string') {
      throw new AppError('unsupported_media_type', `The body must be ${types.join(', ')}.`);
    }
    const isJson = type === 'application/json';
    if (isJson) this.gate.assertRoom(announcedBytes(request), owner);
    else if (this.gate.isLarge(announcedBytes(request))) {
      await inputThrottle.admit(owner.tenantId, announcedBytes(request) / THREAD_PARTS, reading.over);
    }
    const bytes = await receiveBody(request, reading.response, isJson && json ? json.limitBytes : limitBytes).catch(
      (error: unknown) => {
        throw isJson && json && httpErrorOf(error).code === 'payload_too_large'
          ? new AppError('payload_too_large', json.tooLarge)
          : error;
      },
    );
    if (bytes === null) return;
    // The handler will parse it.
    if (isJson) await this.enter(reading, bytes);
    setSentBody(request, { type, bytes });
  }

  private async enter({ response, owner, over }: Reading, { length }: Buffer): Promise<void> {
    if (response.destroyed) throw givenUp();
    await this.gate.enter(length, owner, over);
  }
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}
