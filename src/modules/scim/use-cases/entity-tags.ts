import { AppError } from '../../../kernel/errors/app-error';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import { ifNoneMatchHolds } from '../../../kernel/http/conditions/entity-tag';

/**
 * Returns the entity tag of a version. It is weak, because responses show the same version with more or fewer attributes (RFC 7644 §3.14).
 */
export function scimTag(version: number): string {
  return `W/"${version}"`;
}

const MAX_CHARS = 8_192;
const TAG = /(?:W\/)?"([^"]*)"/g;

/** Returns the versions in `If-Match`. RFC 7644 §3.14 uses weak tags in this header, with weak comparison. `null` means any version. */
export function versionsOf(ifMatch: string | null): ExpectedVersions {
  if (ifMatch === null || ifMatch.trim() === '*') return null;
  if (ifMatch.length > MAX_CHARS) throw new AppError('invalid_request', 'If-Match is too long.');
  return [...ifMatch.matchAll(TAG)].flatMap(([, tag = '']) => (/^[1-9]\d{0,8}$/.test(tag) ? [Number(tag)] : []));
}

/** Checks the conditions of a write. Errors: `precondition_failed`. */
export function assertMayWrite(version: number, ifMatch: string | null, ifNoneMatch: string | null): void {
  const expected = versionsOf(ifMatch);
  const isExcluded = ifNoneMatch !== null && !ifNoneMatchHolds(ifNoneMatch, scimTag(version));
  if ((expected === null || expected.includes(version)) && !isExcluded) return;
  throw new ConditionFailed();
}

/** Signals that a condition in the caller's request is false, so retrying does not help. */
export class ConditionFailed extends AppError {
  constructor() {
    super('precondition_failed', 'The resource has a different version; read it again.');
  }
}
