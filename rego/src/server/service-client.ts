import type { Buffer } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import type { ServiceConfig } from './config/service-config.js';

/** A request to a service. */
export interface ServiceRequest {
  readonly method: 'GET' | 'POST';
  /** The path below the URL of the service. */
  readonly resource: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Aborts the request when the caller stops. */
  readonly signal: AbortSignal;
}

/**
 * Sends a request to a service, with its headers and credentials. The response must start within the configured timeout; its body can take
 * `BODY_TIMES` times as long. Errors: any that `fetch` throws.
 */
export async function askService(service: ServiceConfig, asked: ServiceRequest): Promise<Response> {
  const headers = new Headers({ ...service.headers, ...asked.headers });
  const authorization = await authorizationOf(service);
  if (authorization !== null) headers.set('authorization', authorization);
  const own = new AbortController();
  const end = (): void => {
    own.abort(new Error(`${service.url} did not respond within ${service.timeoutMs} ms`));
  };
  const timer = service.timeoutMs > 0 ? setTimeout(end, service.timeoutMs) : undefined;
  try {
    return await fetch(`${service.url}/${asked.resource}`, {
      method: asked.method,
      headers,
      signal: AbortSignal.any([own.signal, asked.signal, ...bodyLimit(service)]),
      ...(asked.body === undefined ? {} : { body: new Uint8Array(asked.body) }),
    });
  } finally {
    clearTimeout(timer);
  }
}

const BODY_TIMES = 30;

/** Aborts a response that stalls. */
const bodyLimit = ({ timeoutMs }: ServiceConfig): AbortSignal[] =>
  timeoutMs > 0 ? [AbortSignal.timeout(BODY_TIMES * timeoutMs)] : [];

async function authorizationOf({ bearer }: ServiceConfig): Promise<string | null> {
  if (bearer === null) return null;
  const token = bearer.tokenPath === null ? bearer.token : (await readFile(bearer.tokenPath, 'utf8')).trim();
  return `${bearer.scheme} ${token ?? ''}`;
}

/** Returns the bytes of a response. Throws as soon as the response exceeds the limit, before reading the rest. */
export async function readAnswer(answer: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxBytes) throw new Error(`the response has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
