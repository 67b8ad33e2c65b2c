import type { User } from './users.types';

/** Looks up a single user, for callers that judge access and do not manage users. */
export abstract class UserLookupPort {
  /** Finds a user by id, from memory if possible; `null` if the tenant has none. */
  abstract find(tenantId: string, userId: string): Promise<User | null>;
}
