import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import express, { type Request, type Response } from 'express';
import type { TextOwner } from './gate-queue';
import { knownCallContext, requestState } from './request-state';

/**
 * The owner of a request's body. Guards have run by then: of a verified caller it is the tenant, and the token within it, so
 * that callers behind one address do not pay for each other; of anybody else it is the address.
 */
export function ownerOf(request: IncomingMessage, tenantId = knownCallContext(request)?.tenantId ?? null): TextOwner {
  const address = `address ${requestState(request).ip}`;
  if (tenantId === null) return { tenantId: address, shares: [address] };
  const { authorization } = request.headers;
  if (authorization === undefined) return { tenantId, shares: [`${tenantId} ${address}`] };
  return { tenantId, shares: [`token ${createHash('sha256').update(authorization).digest('base64')}`] };
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
