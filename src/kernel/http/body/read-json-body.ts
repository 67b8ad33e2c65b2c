import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, Response } from 'express';
import { AppError } from '../../errors/app-error';
import { ANSWERED, givenUp, jsonGate } from './json-gate';
import { jsonDecoder } from './json-text';
import { parseFairly } from './parse-fairly';
import { ownerOf, receiveBody } from './receive-body';

/** A parsed body, which keeps its share of the gate's budget until it is released. */
export interface BufferedJson {
  readonly value: unknown;
  readonly release: () => void;
}

/**
 * Reads a JSON body on bare node:http the way the router does: limits its size, decodes its `Content-Encoding`, and parses it fairly.
 * @param accepted media types without parameters, the limit in bytes, and the tenant of the verified caller (`null` if there is none).
 * Errors: `unsupported_media_type`; `payload_too_large`; `invalid_request` for invalid JSON; `unavailable`.
 */
export async function readJsonBody(
  request: IncomingMessage,
  response: ServerResponse,
  accepted: { readonly types: readonly string[]; readonly limitBytes: number; readonly tenantId: string | null },
): Promise<BufferedJson> {
  const { types, limitBytes, tenantId } = accepted;
  const type = request.headers['content-type'];
  if (!types.includes(type?.split(';', 1)[0]?.trim().toLowerCase() ?? '')) {
    throw new AppError('unsupported_media_type', `The body must be ${types.join(' or ')}.`);
  }
  const decoder = jsonDecoder(type);
  const over = new AbortController();
  const giveUp = (): void => {
    over.abort(givenUp());
  };
  const release = (): void => {
    over.abort(ANSWERED);
  };
  response.once('close', giveUp);
  try {
    const bytes = await receiveBody(request as Request, response as Response, limitBytes);
    if (response.destroyed) throw givenUp();
    const owner = ownerOf(request, tenantId);
    await jsonGate.enter(bytes?.length ?? 0, owner, over.signal);
    return { value: await parseFairly(bytes ?? Buffer.alloc(0), decoder, owner, over.signal), release };
  } catch (error) {
    release();
    throw error;
  } finally {
    response.off('close', giveUp);
  }
}
