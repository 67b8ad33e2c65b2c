import type { User } from './users.types';

/** Looks up a single user, for callers that make access decisions and do not manage users. */
export abstract class UserLookupPort {
  /** Finds a user by id, from memory if possible; `null` if the tenant has no such user. */
  abstract find(tenantId: string, userId: string): Promise<User | null>;
}
