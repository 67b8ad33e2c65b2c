import type { Response } from 'express';
import { type Plan, storedEntityTag } from '../contract/entitlements-admin.types';

/** What is stored, whose entity tag goes with the answer. */
export function tagged<Stored extends Pick<Plan, 'version' | 'createdAt'>>(response: Response, stored: Stored): Stored {
  response.setHeader('ETag', storedEntityTag(stored));
  return stored;
}
