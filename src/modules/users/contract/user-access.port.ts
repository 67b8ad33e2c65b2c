import type { Tx } from '../../../kernel/database/sql';

/** Ends what a module above holds of a user's access and this module does not know, such as refresh tokens. */
export interface AccessEnder {
  /**
   * Ends all of it, within the transaction that takes the user's access away. It waits for whoever issues at this
   * moment, so that after it nothing is issued from what was there before.
   * @returns when the last access token was issued from it, in Unix milliseconds by the clock of whichever process did;
   * 0 when none was.
   */
  endWithin(tx: Tx, tenantId: string, userId: string, now: Date): Promise<number>;
}

/** Where modules above say what else ends when a user's access does. In this process only: a transaction is handed on. */
export abstract class UserAccessPort implements AccessEnder {
  abstract register(ender: AccessEnder): void;

  /** By all that have registered. Throws where nobody has: then it would end in part. */
  abstract endWithin(tx: Tx, tenantId: string, userId: string, now: Date): Promise<number>;
}
