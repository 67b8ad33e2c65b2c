import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { gunzip } from 'node:zlib';
import { parseYaml } from '../builtins/yaml.js';
import { Budget, limitsOf } from '../evaluate/budget.js';
import { JsonError, parseJson } from '../values/json.js';
import { RegoObject } from '../values/object.js';
import { isArray } from '../values/type-name.js';
import type { Value } from '../values/value.js';
import { ApiError, invalidParameter } from './api-error.js';
import { endOfString } from './json-text.js';

/** Limits on the size of a request body (OPA `server.decoding`). */
export interface BodyLimits {
  /** The maximum size as sent. */
  readonly maxBytes: number;
  /** The maximum size after decompression. */
  readonly maxUnpackedBytes: number;
}

const YAML_LIMITS = limitsOf({ deadlineMs: 5_000 });

/** Receives the body, or the error that prevented reading it. */
export type BodyReceiver = (error: Error | null, body: Buffer) => void;

const NOTHING = Buffer.alloc(0);

/**
 * Reads the body of a request and passes it to `receive`. A callback avoids the overhead of a promise, which matters for a small decision.
 * Errors: `ApiError` 400 if the body exceeds the limits, or if it is declared as gzip but is not.
 */
export function readBody(request: IncomingMessage, limits: BodyLimits, receive: BodyReceiver): void {
  const { maxBytes, maxUnpackedBytes } = limits;
  const isPacked = request.headers['content-encoding']?.includes('gzip') === true;
  let first: Buffer | undefined;
  let rest: Buffer[] | undefined;
  let size = 0;
  let isOver = false;
  const end = (error: Error | null): void => {
    if (isOver) return;
    isOver = true;
    if (error !== null) receive(error, NOTHING);
    else {
      const body = rest === undefined ? (first ?? NOTHING) : Buffer.concat(rest, size);
      if (isPacked) unpack(body, maxUnpackedBytes, receive);
      else receive(null, body);
    }
  };
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    // Bytes beyond the limit are dropped.
    if (size > maxBytes) end(tooLarge(maxBytes));
    else if (first === undefined) first = chunk;
    else (rest ??= [first]).push(chunk);
  });
  request.on('end', () => {
    end(null);
  });
  // The client has disconnected, so the response is discarded.
  request.on('error', () => {
    end(invalidParameter('unexpected EOF'));
  });
}

/** Rejects a body with a `Content-Length` above the limit before reading any of it. */
export function assertBodyLength({ headers }: IncomingMessage, { maxBytes }: BodyLimits): void {
  const length = Number(headers['content-length'] ?? 0);
  if (length > maxBytes) throw tooLarge(maxBytes, length);
}

function tooLarge(limit: number, size?: number): ApiError {
  const sizeText = size === undefined ? '' : ` ${bytesText(size)}`;
  return invalidParameter(
    `request body too large:${sizeText} exceeds limit of ${limit} bytes (server.decoding.max_length)`,
  );
}

/** Formats a size as OPA does: `256 MiB`. */
function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const unit = Math.min(Math.floor(Math.log2(bytes) / 10), 6);
  return `${(bytes / 1024 ** unit).toFixed(1).replace(/\.0$/, '')} ${'KMGTPE'[unit - 1] ?? ''}iB`;
}

function unpack(bytes: Buffer, maxOutputLength: number, receive: BodyReceiver): void {
  gunzip(bytes, { maxOutputLength }, (error, unpacked) => {
    if (error === null) receive(null, unpacked);
    else if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      const limit = `exceeds limit of ${maxOutputLength} bytes (server.decoding.gzip.max_length)`;
      receive(invalidParameter(`request body too large: decompressed size ${limit}`), NOTHING);
    } else receive(invalidParameter(`could not decompress the body: ${gzipFault(bytes)}`), NOTHING);
  });
}

/** Returns Go's error message. */
function gzipFault(bytes: Buffer): string {
  if (bytes.length === 0) return 'EOF';
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? 'unexpected EOF' : 'gzip: invalid header';
}

/** Parses JSON text and ignores anything after the first value, as Go's decoder does. Errors: `JsonError` with Go's message. */
function parseFirstJson(text: string): Value {
  try {
    return parseJson(text);
  } catch (error) {
    const end = error instanceof JsonError ? endOfFirst(text) : text.length;
    if (end >= text.length) throw error;
    return parseJson(text.slice(0, end));
  }
}

/** Returns, in one pass, the end of the first JSON value if it is an object, an array or a string. */
function endOfFirst(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at);
    else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    else continue;
    if (depth <= 0) return Math.min(at + 1, text.length);
  }
  return text.length;
}

/** Returns whether a body is YAML, for which several media types are in use. */
export const isYaml = (request: Pick<IncomingMessage, 'headers'>): boolean =>
  request.headers['content-type']?.includes('yaml') === true;

/** Parses a JSON or YAML body. Returns `undefined` for an empty body. Errors: 400 with `prefix` and the parser's message. */
export function valueOfBody(body: Buffer, yaml: boolean, prefix: string): Value | undefined {
  const text = body.toString();
  if (text.trim() === '') return undefined;
  try {
    return yaml ? parseYaml(text, new Budget(YAML_LIMITS)) : parseFirstJson(text);
  } catch (error) {
    throw invalidParameter(`${prefix}${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Returns the error for a `/v1/data` body that is JSON but not an object. */
export const noObject = (prefix: string, value: Value): ApiError =>
  invalidParameter(`${prefix}json: cannot unmarshal ${jsonKindOf(value)} into Go value of type types.alias`);

/** Returns Go's name for the type of a JSON value. */
export function jsonKindOf(value: Value): string {
  if (isArray(value)) return 'array';
  if (value instanceof RegoObject) return 'object';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'number';
}
