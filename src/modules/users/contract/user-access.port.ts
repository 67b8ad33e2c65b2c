import type { Tx } from '../../../kernel/database/sql';

/** Ends a user's access that a higher-level module manages and this module does not know about, such as refresh tokens. */
export interface AccessEnder {
  /**
   * Ends all such access, within the transaction that removes the user's access. Waits for concurrent issuers, so that no token is issued
   * from the old access afterward.
   * @returns the time when the last access token was issued from that access, in Unix milliseconds according to the clock of the issuing
   * process; 0 if there was no token.
   */
  endWithin(tx: Tx, tenantId: string, userId: string, now: Date): Promise<number>;
}

/**
 * A registry in which higher-level modules declare the access that ends with a user's access. The registry is local to this process,
 * because callers pass a transaction.
 */
export abstract class UserAccessPort implements AccessEnder {
  abstract register(ender: AccessEnder): void;

  /** Calls every registered {@link AccessEnder}. Throws if none is registered, because only part of the access would end in that case. */
  abstract endWithin(tx: Tx, tenantId: string, userId: string, now: Date): Promise<number>;
}
