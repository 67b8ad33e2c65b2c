import type { User } from './users.types';

/** A single user, for whoever judges by one and administers none. */
export abstract class UserLookupPort {
  /** By id, from memory where possible; `null` when the tenant has none. */
  abstract find(tenantId: string, userId: string): Promise<User | null>;
}
