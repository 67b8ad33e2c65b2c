import { AppError } from '../../kernel/errors/app-error';
import { ifMatchHolds, ifNoneMatchHolds } from '../../kernel/http/conditions/entity-tag';
import type { Conditions } from './contract/files.port';
import type { Validators } from './domain/file-tag';

/**
 * Evaluates conditions in the order of RFC 9110 §13.2.2.
 * @returns `not modified` only if the request is a read.
 */
export function evaluate(
  conditions: Conditions,
  current: Validators | null,
  kind: 'read' | 'write',
): 'go on' | 'not modified' | 'failed' {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  if (ifMatch !== undefined) {
    if (!ifMatchHolds(ifMatch, current?.etag ?? null)) return 'failed';
  } else if (isLaterThan(current, ifUnmodifiedSince) === true) return 'failed';
  if (ifNoneMatch !== undefined) {
    if (!ifNoneMatchHolds(ifNoneMatch, current?.etag ?? null)) return kind === 'read' ? 'not modified' : 'failed';
  } else if (kind === 'read' && isLaterThan(current, ifModifiedSince) === false) return 'not modified';
  return 'go on';
}

/** Asserts the conditions of a write. Errors: `precondition_failed` if they are not met. */
export function assertWritable(conditions: Conditions, current: Validators | null): void {
  if (evaluate(conditions, current, 'write') !== 'failed') return;
  throw new AppError(
    'precondition_failed',
    'The file does not meet the conditions of this request. Get it again and update the conditions.',
  );
}

/**
 * Returns true if `If-Range` allows a range (RFC 9110 §13.1.5), because it contains a matching strong entity tag or the exact
 * `Last-Modified` date. The date is strong only if it is so old that no second version can have the same date.
 */
export function rangeHolds(ifRange: string | undefined, { etag, lastModifiedMs }: Validators, nowMs: number): boolean {
  if (ifRange === undefined) return true;
  if (/^\s*(W\/)?"/.test(ifRange)) return ifRange.trim() === etag;
  const moment = dateOf(ifRange);
  return moment === Math.floor(lastModifiedMs / 1_000) && nowMs - lastModifiedMs >= 2_000;
}

/** Returns true if the file changed after a date, in whole seconds; `null` if there is no valid date or no file. */
function isLaterThan(current: Validators | null, date: string | undefined): boolean | null {
  const moment = date === undefined ? null : dateOf(date);
  if (moment === null || current === null) return null;
  return Math.floor(current.lastModifiedMs / 1_000) > moment;
}

/** Returns the seconds of an HTTP-date (RFC 9110 §5.6.7), or `null` for any other value, which is ignored. */
function dateOf(date: string): number | null {
  if (!/^[A-Za-z]{3,9}[, ]/.test(date)) return null;
  const ms = Date.parse(date);
  return Number.isNaN(ms) ? null : Math.floor(ms / 1_000);
}
