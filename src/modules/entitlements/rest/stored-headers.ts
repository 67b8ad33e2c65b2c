import type { Response } from 'express';
import { type Plan, storedEntityTag } from '../contract/entitlements-admin.types';

/** Returns a stored object and sets the `ETag` header of the response to its entity tag. */
export function tagged<Stored extends Pick<Plan, 'version' | 'createdAt'>>(response: Response, stored: Stored): Stored {
  response.setHeader('ETag', storedEntityTag(stored));
  return stored;
}
