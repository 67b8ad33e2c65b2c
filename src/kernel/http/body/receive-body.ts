import { hash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import express, { type Request, type Response } from 'express';
import { AppError } from '../../errors/app-error';
import type { TextOwner } from './gate-queue';
import { knownCallContext, requestState } from '../request-state';

/**
 * Returns the owner of a request's body. Call it after the guards have run. For a verified caller, the owner is the tenant and, within the
 * tenant, the token, so that callers behind one address do not affect each other. For other callers, it is the address.
 */
export function ownerOf(request: IncomingMessage, tenantId = knownCallContext(request)?.tenantId ?? null): TextOwner {
  const address = `address ${requestState(request).ip}`;
  if (tenantId === null) return { tenantId: address, shares: [address] };
  const { authorization } = request.headers;
  if (authorization === undefined) return { tenantId, shares: [`${tenantId} ${address}`] };
  return { tenantId, shares: [`token ${hash('sha256', authorization, 'base64')}`] };
}

/** Returns the length of the body as declared in the headers; 0 if the length is unknown until the body has arrived. */
export function announcedBytes({ headers }: IncomingMessage): number {
  return isPlain(headers) ? Number(headers['content-length'] ?? 0) : 0;
}

/**
 * Returns the bytes of the body with its `Content-Encoding` decoded; `null` for an empty chunked body. Errors: `payload_too_large`, before
 * any byte is read if the declared length is too large; the parser's errors.
 */
export function receiveBody(request: Request, response: Response, limitBytes: number): Promise<Buffer | null> {
  if (announcedBytes(request) > limitBytes) return Promise.reject(tooLarge());
  const parser = express.raw({ limit: limitBytes, type: () => true });
  return new Promise((resolve, reject) => {
    // If the body is too large, the parser would respond only after reading all of it.
    if (isPlain(request.headers)) {
      whenLonger(request, limitBytes, () => {
        reject(tooLarge());
      });
    }
    void parser(request, response, (error?: unknown) => {
      const body: unknown = request.body;
      request.body = undefined;
      if (error === undefined) resolve(Buffer.isBuffer(body) ? body : null);
      // The parser throws http-errors, which the surface's filter recognizes.
      else reject(error instanceof Error ? error : new Error('The body could not be read.'));
    });
  });
}

function isPlain(headers: IncomingHttpHeaders): boolean {
  return (headers['content-encoding'] ?? 'identity').toLowerCase() === 'identity';
}

/** Calls `act` once more than this many bytes have arrived. */
function whenLonger(request: IncomingMessage, limitBytes: number, act: () => void): void {
  if (request.headers['transfer-encoding'] === undefined) return;
  let bytes = 0;
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes <= limitBytes) return;
    request.off('data', count);
    act();
  };
  request.on('data', count);
}

function tooLarge(): AppError {
  return new AppError('payload_too_large', 'The body is larger than this endpoint accepts.');
}
