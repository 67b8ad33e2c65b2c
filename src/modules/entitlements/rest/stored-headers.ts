import type { Response } from 'express';
import type { StoredCondition } from '../contract/entitlements-admin.port';
import { type Plan, storedEntityTag } from '../contract/entitlements-admin.types';

export type ConditionHeaders = Readonly<Record<string, string | undefined>>;

export function conditionOf(headers: ConditionHeaders): StoredCondition {
  return { ifMatch: headers['if-match'] ?? null, ifNoneMatch: headers['if-none-match'] ?? null };
}

/** What is stored, whose entity tag goes with the answer. */
export function tagged<Stored extends Pick<Plan, 'version' | 'createdAt'>>(response: Response, stored: Stored): Stored {
  response.setHeader('ETag', storedEntityTag(stored));
  return stored;
}
