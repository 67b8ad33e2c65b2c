import { AppError } from '../../../kernel/errors/app-error';
import { RATE_LIMIT_BOUNDS, type RateLimitQuery } from './rate-limit.types';

const { maxKeyLength, maxCost, maxWindowSeconds } = RATE_LIMIT_BOUNDS;
/**
 * No control characters and no halves of surrogate pairs, which no store keeps. As ranges, because the OpenAPI document has
 * it and not every language knows \p{Cc}.
 */
export const RATE_LIMIT_KEY = /^[^\u0000-\u001f\u007f-\u009f\ud800-\udfff]+$/u;

/** Refuses what cannot be counted, with words that say what to change. Errors: `invalid_request`. */
export function checkQuery({ key, cost, limit, windowSeconds }: RateLimitQuery): void {
  checkKey(key);
  if (!Number.isInteger(cost) || cost < 1 || cost > maxCost) {
    throw new AppError('invalid_request', `cost must be a whole number from 1 to ${maxCost}.`);
  }
  if (limit !== null && !(Number.isInteger(limit) && limit >= 1)) {
    throw new AppError('invalid_request', 'limit must be a whole number from 1, or left out.');
  }
  if (windowSeconds === null) return;
  if (!Number.isInteger(windowSeconds) || windowSeconds < 1 || windowSeconds > maxWindowSeconds) {
    throw new AppError(
      'invalid_request',
      `window_seconds must be from 1 to ${maxWindowSeconds} (31 days), or left out.`,
    );
  }
}

/** Errors: `invalid_request`. */
export function checkKey(key: string): void {
  if (key.length > maxKeyLength || !RATE_LIMIT_KEY.test(key)) {
    const message = `key must have 1 to ${maxKeyLength} characters, none of them a control character.`;
    throw new AppError('invalid_request', message);
  }
}
