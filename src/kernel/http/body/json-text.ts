import { MIMEType, TextDecoder } from 'node:util';
import { AppError } from '../../errors/app-error';
import { parseInSteps } from '../../json/stepped-json';

/** A shorter body cannot exceed the limits. */
const UNCOUNTED_CHARS = 100_000;
/** Parsing a body at both limits takes about 20 ms; members with unique names cost the most. */
const MAX_MEMBERS = 50_000;
const MAX_CONTAINERS = 100_000;
const CHAR = { quote: 0x22, backslash: 0x5c, colon: 0x3a, array: 0x5b, object: 0x7b } as const;

/**
 * Returns the decoder for a JSON body by its content type: UTF-8, unless the content type names UTF-16, which has always been accepted.
 * Errors: `unsupported_media_type` for a different charset.
 */
export function jsonDecoder(contentType: string | undefined): TextDecoder {
  const charset = charsetOf(contentType ?? '');
  try {
    if (charset.startsWith('utf-')) return new TextDecoder(charset);
  } catch {
    // The platform does not support this charset.
  }
  throw new AppError('unsupported_media_type', 'The charset of the body must be utf-8.');
}

/**
 * Parses a JSON body; an empty body yields an object without members. Errors: `invalid_request`, including for a body with so many values
 * that parsing it would take too long.
 */
export function parseJson(bytes: Buffer, decoder: TextDecoder): unknown {
  if (bytes.length === 0) return {};
  try {
    return JSON.parse(cheapText(bytes, decoder));
  } catch (error) {
    throw asRefusal(error);
  }
}

/** Like {@link parseJson}, but in steps of a millisecond, for a body whose parsing is scheduled fairly among tenants. */
export function* parseJsonInSteps(bytes: Buffer, decoder: TextDecoder): Generator<undefined, unknown, undefined> {
  if (bytes.length === 0) return {};
  try {
    const text = cheapText(bytes, decoder);
    yield;
    return yield* parseInSteps(text);
  } catch (error) {
    throw asRefusal(error);
  }
}

function cheapText(bytes: Buffer, decoder: TextDecoder): string {
  const text = decoder.decode(bytes);
  if (text.length > UNCOUNTED_CHARS) assertCheap(text);
  return text;
}

function asRefusal(error: unknown): AppError {
  // The cause is omitted, because its message repeats the body.
  return error instanceof AppError ? error : new AppError('invalid_request', 'The body is not valid JSON.');
}

/** Counts the members, objects and arrays of a JSON document in one pass, before parsing. */
function assertCheap(text: string): void {
  let members = 0;
  let containers = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === CHAR.quote) at = endOfText(text, at);
    else if (char === CHAR.colon) members += 1;
    else if (char === CHAR.array || char === CHAR.object) containers += 1;
  }
  if (members <= MAX_MEMBERS && containers <= MAX_CONTAINERS) return;
  const limits = `${MAX_MEMBERS} members of objects and ${MAX_CONTAINERS} objects and arrays`;
  throw new AppError('invalid_request', `The body contains more than ${limits}. Send it in parts.`);
}

/** Returns the position of the quote that closes a string, or the end of the document. */
function endOfText(text: string, begin: number): number {
  let at = begin + 1;
  for (let char = text.charCodeAt(at); at < text.length && char !== CHAR.quote; char = text.charCodeAt(at)) {
    at += char === CHAR.backslash ? 2 : 1;
  }
  return at;
}

function charsetOf(contentType: string): string {
  try {
    return new MIMEType(contentType).params.get('charset')?.toLowerCase() ?? 'utf-8';
  } catch {
    return 'utf-8';
  }
}
