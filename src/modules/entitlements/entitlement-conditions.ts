import { AppError } from '../../kernel/errors/app-error';
import { ifMatchHolds, ifNoneMatchHolds } from '../../kernel/http/entity-tag';
import type { StoredCondition } from './contract/entitlements-admin.port';
import { type Plan, storedEntityTag } from './contract/entitlements-admin.types';

/** Holds a write to its condition on what is there now; `null` for nothing. The check throws `precondition_failed`. */
export function holding({
  ifMatch,
  ifNoneMatch,
}: StoredCondition): (current: Pick<Plan, 'version' | 'createdAt'> | null) => void {
  return (current) => {
    const tag = current && storedEntityTag(current);
    if (ifMatch !== null && !ifMatchHolds(ifMatch, tag)) {
      throw new AppError('precondition_failed', 'It is not the one that If-Match names; get it again.');
    }
    if (ifNoneMatch !== null && !ifNoneMatchHolds(ifNoneMatch, tag)) {
      throw new AppError('precondition_failed', 'It is one that If-None-Match excludes.');
    }
  };
}
