import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, Response } from 'express';
import { AppError } from '../errors/app-error';
import { jsonGate } from './json-gate';
import { jsonDecoder, parseJson } from './json-text';
import { ownersOf, receiveBody } from './receive-body';

/** A parsed body, which holds its share of the gate until it is let go of. */
export interface HeldJson {
  readonly value: unknown;
  readonly release: () => void;
}

/**
 * Reads a JSON body on bare node:http as the router does: bounded, its `Content-Encoding` undone, and parsed in its turn.
 * @param accepted media types without parameters, and the limit of bytes.
 * Errors: `unsupported_media_type`; `payload_too_large`; `invalid_request` for what is no JSON; `unavailable`.
 */
export async function readJsonBody(
  request: IncomingMessage,
  response: ServerResponse,
  { types, limitBytes }: { readonly types: readonly string[]; readonly limitBytes: number },
): Promise<HeldJson> {
  const type = request.headers['content-type'];
  if (!types.includes(type?.split(';', 1)[0]?.trim().toLowerCase() ?? '')) {
    throw new AppError('unsupported_media_type', `The body must be ${types.join(' or ')}.`);
  }
  const decoder = jsonDecoder(type);
  const over = new AbortController();
  const release = (): void => {
    over.abort();
  };
  response.once('close', release);
  try {
    const bytes = await receiveBody(request as Request, response as Response, limitBytes);
    if (response.destroyed) throw new AppError('invalid_request', 'The client went away before its body was read.');
    await jsonGate.enter(bytes?.length ?? 0, ownersOf(request), over.signal);
    return { value: parseJson(bytes ?? Buffer.alloc(0), decoder), release };
  } catch (error) {
    release();
    throw error;
  } finally {
    response.off('close', release);
  }
}
