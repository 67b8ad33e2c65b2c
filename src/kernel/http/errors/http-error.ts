import { HttpException } from '@nestjs/common';
import { AppError, toAppError } from '../../errors/app-error';
import type { ErrorCode } from '../../errors/error-tables';

const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid_request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  406: 'not_acceptable',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
};

/**
 * Returns the error for any value that Express, its body parsers or Nest threw. It replaces their messages, because a parser's message
 * repeats the body, and a router's message repeats the path.
 */
export function httpErrorOf(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const status = statusOf(thrown);
  const code = status === null ? undefined : CODE_OF_STATUS[status];
  return code === undefined ? toAppError(thrown) : new AppError(code, messageFor(thrown, code), { cause: thrown });
}

const WORDS: Partial<Record<ErrorCode, string>> = {
  not_found: 'This path does not exist.',
  payload_too_large: 'The body is larger than this endpoint accepts.',
  unsupported_media_type: 'This endpoint does not accept this Content-Type.',
};

function statusOf(thrown: unknown): number | null {
  if (thrown instanceof HttpException) return thrown.getStatus();
  // body-parser and Express throw http-errors: an Error with `status` and `expose`.
  if (thrown instanceof Error && 'status' in thrown && typeof thrown.status === 'number') return thrown.status;
  return null;
}

function messageFor(thrown: unknown, code: ErrorCode): string {
  const type = thrown instanceof Error && 'type' in thrown ? thrown.type : '';
  if (type === 'entity.parse.failed') return 'The body is not valid JSON.';
  if (type === 'encoding.unsupported') return 'Content-Encoding must be identity, gzip, deflate or br.';
  if (type === 'charset.unsupported') return 'The charset of the body must be utf-8.';
  if (type === 'request.aborted') return 'The body ended before it reached its declared length.';
  return WORDS[code] ?? 'The request is malformed.';
}
