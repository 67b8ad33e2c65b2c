import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import express, { type Request, type Response } from 'express';
import { requestState } from './request-state';

/** Who may fill a part of the queue only: an address, and a token from wherever it is used. */
export function ownersOf(request: IncomingMessage): readonly string[] {
  const { authorization } = request.headers;
  const address = `address ${requestState(request).ip}`;
  if (authorization === undefined) return [address];
  return [address, `token ${createHash('sha256').update(authorization).digest('base64')}`];
}

/** The bytes of the body, its `Content-Encoding` undone; `null` when an empty chunked body leaves nothing to hand on. */
export function receiveBody(request: Request, response: Response, limitBytes: number): Promise<Buffer | null> {
  const parser = express.raw({ limit: limitBytes, type: () => true });
  return new Promise((resolve, reject) => {
    void parser(request, response, (error?: unknown) => {
      const body: unknown = request.body;
      request.body = undefined;
      if (error === undefined) resolve(Buffer.isBuffer(body) ? body : null);
      // The parser throws http-errors; the surface's filter knows them.
      else reject(error instanceof Error ? error : new Error('The body could not be read.'));
    });
  });
}
