import { AppError } from '../../kernel/errors/app-error';
import { ifMatchHolds, ifNoneMatchHolds } from '../../kernel/http/entity-tag';
import type { SecretCondition } from './contract/secrets.types';

/** The tag of a revision of something named; the name is in it, so that no tag is good for another object. */
export function revisionTag(name: string, revision: number): string {
  return `"${name}.${revision}"`;
}

/** Holds a write to the condition of its headers. @param tag what is there now; `null` for nothing. */
export function assertCondition({ ifMatch, ifNoneMatch }: SecretCondition, tag: string | null): void {
  if (ifMatch !== null && !ifMatchHolds(ifMatch, tag)) {
    throw new AppError('precondition_failed', 'What is there is not what If-Match names; get it again.');
  }
  if (ifNoneMatch !== null && !ifNoneMatchHolds(ifNoneMatch, tag)) {
    throw new AppError('precondition_failed', 'There is already what If-None-Match excludes.');
  }
}

/** Check-and-set. @param current version that is there; 0 for none, also when it is deleted. Errors: `conflict`. */
export function assertVersion(cas: number | null, current: number): void {
  if (cas === null || cas === current) return;
  const is = current === 0 ? 'There is no such secret' : `The current version is ${current}`;
  throw new AppError('conflict', `${is}, and cas asks for ${cas}.`, {
    fields: [{ pointer: '/cas', code: 'version_mismatch', message: `${is}.` }],
  });
}
