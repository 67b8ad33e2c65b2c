/** A rule of another module that takes passwords away from some accounts. */
export interface PasswordRule {
  /**
   * Returns whether the holder of an address must sign in without a password. Depends only on the tenant and the address, never on whether
   * the account exists.
   * @param through the connection through which the person has just signed in, if this attempt proves an account for it; otherwise `null`.
   */
  isRefused(tenantId: string, email: string, through: string | null): Promise<boolean>;
}

/**
 * Decides whether an address can use a password at all. Modules register rules: **connections** refuses passwords for domains whose people
 * must sign in with their identity provider. A refused password gets the response of a wrong one, and no link that sets a password is sent.
 */
export abstract class PasswordGatePort {
  /** Adds a rule. One rule that refuses is enough. */
  abstract register(rule: PasswordRule): void;

  /** Returns whether a rule refuses. See {@link PasswordRule.isRefused}. Errors: those of the rules, so that an outage refuses sign-in. */
  abstract isRefused(tenantId: string, email: string, through?: string | null): Promise<boolean>;
}
