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

/** How much of a request is read (OPA `server.decoding`). */
export interface BodyLimits {
  /** Bytes as they are sent. */
  readonly maxBytes: number;
  /** Bytes when they are unpacked. */
  readonly maxUnpackedBytes: number;
}

const YAML_LIMITS = limitsOf({ deadlineMs: 5_000 });

/** Takes a body, or why there is none. */
export type BodyReceiver = (error: Error | null, body: Buffer) => void;

const NOTHING = Buffer.alloc(0);

/**
 * Reads the body of a request and hands it on: without a promise, whose turns are a part of a small decision.
 * Errors: `ApiError` 400 beyond the limits, and for what is not gzip though its header says so.
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
    // Bytes behind the limit are dropped.
    if (size > maxBytes) end(tooLarge(maxBytes));
    else if (first === undefined) first = chunk;
    else (rest ??= [first]).push(chunk);
  });
  request.on('end', () => {
    end(null);
  });
  // The client has gone, and nobody waits for an answer.
  request.on('error', () => {
    end(invalidParameter('unexpected EOF'));
  });
}

/** Refuses a body that says itself that it is too large, before any of it is read. */
export function assertBodyLength({ headers }: IncomingMessage, { maxBytes }: BodyLimits): void {
  const length = Number(headers['content-length'] ?? 0);
  if (length > maxBytes) throw tooLarge(maxBytes, length);
}

function tooLarge(limit: number, size?: number): ApiError {
  const told = size === undefined ? '' : ` ${bytesText(size)}`;
  return invalidParameter(
    `request body too large:${told} exceeds limit of ${limit} bytes (server.decoding.max_length)`,
  );
}

/** `256 MiB`, as OPA writes it. */
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

/** As Go says it. */
function gzipFault(bytes: Buffer): string {
  if (bytes.length === 0) return 'EOF';
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? 'unexpected EOF' : 'gzip: invalid header';
}

/** A JSON text as a value. Text behind the first value is passed over, as Go's decoder does. Errors: `JsonError` with Go's message. */
function parseFirstJson(text: string): Value {
  try {
    return parseJson(text);
  } catch (error) {
    const end = error instanceof JsonError ? endOfFirst(text) : text.length;
    if (end >= text.length) throw error;
    return parseJson(text.slice(0, end));
  }
}

/** Where the first JSON value of a text ends, if that is an object, an array or a string. Takes one pass. */
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

/** Tells whether a body is YAML. There is no one media type for it. */
export const isYaml = (request: Pick<IncomingMessage, 'headers'>): boolean =>
  request.headers['content-type']?.includes('yaml') === true;

/**
 * The value of a body, JSON or YAML; `undefined` for an empty one.
 * Errors: 400 with `prefix` in front of what is wrong.
 */
export function valueOfBody(body: Buffer, yaml: boolean, prefix: string): Value | undefined {
  const text = body.toString();
  if (text.trim() === '') return undefined;
  try {
    return yaml ? parseYaml(text, new Budget(YAML_LIMITS)) : parseFirstJson(text);
  } catch (error) {
    throw invalidParameter(`${prefix}${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The error for a body of `/v1/data` that is JSON and no object. */
export const noObject = (prefix: string, value: Value): ApiError =>
  invalidParameter(`${prefix}json: cannot unmarshal ${jsonKindOf(value)} into Go value of type types.alias`);

/** The type of a value of JSON as Go calls it. */
export function jsonKindOf(value: Value): string {
  if (isArray(value)) return 'array';
  if (value instanceof RegoObject) return 'object';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'number';
}
