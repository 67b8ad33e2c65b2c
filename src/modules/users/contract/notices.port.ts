import type { User } from './users.types';

/** A change to an account that its user should know about. */
export type Notice =
  | { readonly kind: 'factor_added' | 'factor_removed'; /** The user's name for the factor. */ readonly factor: string }
  | { readonly kind: 'recovery_code_used' | 'recovery_codes_replaced' | 'factors_reset' | 'email_changed' }
  | {
      readonly kind: 'new_device';
      /** The name of the device; empty if it is not known. */ readonly device: string;
      readonly ip: string;
    };

/** Tells users by mail about security-relevant changes to their accounts. */
export abstract class NoticesPort {
  /**
   * Queues a notice to the user's address, if there is one. Never fails: a mail server that is down must not undo the change. A notice that is
   * waiting when the process is killed is lost; the audit log has the change.
   */
  abstract send(user: User, notice: Notice): void;
}
