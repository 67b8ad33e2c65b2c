import type { Response } from 'express';
import { AppError } from '../../errors/app-error';
import { ifMatchHolds, ifNoneMatchHolds } from './entity-tag';

/** The conditions of a request on the current resource (RFC 9110 §13.1): the header values, or `null` if absent. */
export interface Condition {
  readonly ifMatch: string | null;
  readonly ifNoneMatch: string | null;
}

/** A condition that every current state meets. */
export const UNCONDITIONAL: Condition = Object.freeze({ ifMatch: null, ifNoneMatch: null });

/** The request headers that contain conditions. */
export interface ConditionHeaders {
  readonly 'if-match'?: string | undefined;
  readonly 'if-none-match'?: string | undefined;
}

export function conditionOf(headers: ConditionHeaders): Condition {
  return { ifMatch: headers['if-match'] ?? null, ifNoneMatch: headers['if-none-match'] ?? null };
}

/**
 * Checks the condition for a write.
 * @param tag the tag of the current resource; `null` if there is no resource.
 * @param what names the resource, as the beginning of a sentence: `The flag`. Errors: `precondition_failed`; `invalid_request` for more
 * than 100 tags or 8 KiB.
 */
export function assertCondition({ ifMatch, ifNoneMatch }: Condition, tag: string | null, what = 'The resource'): void {
  if (ifMatch !== null && !ifMatchHolds(ifMatch, tag)) {
    const is = tag === null ? 'No resource exists' : `${what} is not the version`;
    throw new AppError('precondition_failed', `${is} that If-Match names; read it again.`);
  }
  if (ifNoneMatch !== null && !ifNoneMatchHolds(ifNoneMatch, tag)) {
    throw new AppError('precondition_failed', `${what} has a version that If-None-Match excludes.`);
  }
}

/**
 * Sets the entity tag of a response. Responds with 304 without a body if the caller has this representation (RFC 9110 §13.1.2). The
 * caller's own cache may store the response, but must revalidate it with the tag each time. Shared caches must not store it.
 */
export function unlessKnown<Body>(
  response: Pick<Response, 'setHeader' | 'status'>,
  headers: ConditionHeaders,
  tag: string,
  body: Body,
): Body | undefined {
  response.setHeader('ETag', tag);
  response.setHeader('Cache-Control', 'private, no-cache');
  const condition = headers['if-none-match'];
  if (condition === undefined || ifNoneMatchHolds(condition, tag)) return body;
  response.status(304);
  return undefined;
}
