import type { SignInOrigin, User } from './users.types';

/** A change of address that a link confirms. */
export interface EmailChange {
  readonly tenantId: string;
  readonly from: string;
  readonly to: string;
  /** `allow`: the link was sent to the old address. `confirm`: it was sent to the new address. */
  readonly stage: 'allow' | 'confirm';
}

/**
 * Changes of the address of an account, confirmed at both addresses: a link to the old address allows the change, and a link to the new one
 * completes it. An old address that was never verified is not asked. Links are valid for one hour.
 */
export abstract class EmailChangesPort {
  /**
   * Begins a change. Returns its first stage. Takes the same time and says the same whether another account has the new address. Errors: `invalid_request` for an
   * invalid address; `forbidden` for a user whose address a directory manages, or who has none.
   */
  abstract request(user: User, to: string, locale: string, origin: SignInOrigin): Promise<EmailChange['stage']>;

  /** Returns the change that a link confirms; `null` if the link is unknown, used or expired. */
  abstract inspect(token: string): Promise<EmailChange | null>;

  /**
   * Takes the next step: mails the link to the new address, or changes the address and tells the old one. Ends links and codes that were sent
   * to the old address. @returns the stage that is complete; `null` if the link is no longer valid, or another account has the address.
   */
  abstract confirm(token: string, origin: SignInOrigin): Promise<EmailChange['stage'] | null>;
}
