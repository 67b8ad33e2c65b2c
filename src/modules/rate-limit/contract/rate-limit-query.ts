import { AppError } from '../../../kernel/errors/app-error';
import { RATE_LIMIT_BOUNDS, type RateLimitQuery } from './rate-limit.types';

const { maxKeyLength, maxCost, maxWindowSeconds } = RATE_LIMIT_BOUNDS;
/**
 * Excludes control characters and lone surrogates, which no store accepts. Written with ranges, because the OpenAPI document contains this
 * pattern and not every language supports \p{Cc}.
 */
export const RATE_LIMIT_KEY = /^[^\u0000-\u001f\u007f-\u009f\ud800-\udfff]+$/u;

/** Rejects a query that cannot be counted, with a message that says what to change. Errors: `invalid_request`. */
export function checkQuery({ key, cost, limit, windowSeconds }: RateLimitQuery): void {
  checkKey(key);
  if (!Number.isInteger(cost) || cost < 1 || cost > maxCost) {
    throw new AppError('invalid_request', `cost must be an integer from 1 to ${maxCost}.`);
  }
  if (limit !== null && !(Number.isInteger(limit) && limit >= 1)) {
    throw new AppError('invalid_request', 'limit must be an integer of at least 1, or omitted.');
  }
  if (windowSeconds === null) return;
  if (!Number.isInteger(windowSeconds) || windowSeconds < 1 || windowSeconds > maxWindowSeconds) {
    throw new AppError(
      'invalid_request',
      `window_seconds must be from 1 to ${maxWindowSeconds} (31 days), or omitted.`,
    );
  }
}

/** Rejects an invalid key. Errors: `invalid_request`. */
export function checkKey(key: string): void {
  if (key.length > maxKeyLength || !RATE_LIMIT_KEY.test(key)) {
    const message = `key must have 1 to ${maxKeyLength} characters, none of them a control character.`;
    throw new AppError('invalid_request', message);
  }
}
