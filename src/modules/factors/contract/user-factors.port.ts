import type { CallContext } from '../../../kernel/context/call-context';
import type { ShownFactors } from './user-factors.types';

/** The factors of the users of the tenant in the call's context, for administrators. Another tenant's user is `not_found`. */
export abstract class UserFactorsPort {
  /** Returns the factors of a user. Errors: `not_found`. */
  abstract list(context: CallContext, userId: string): Promise<ShownFactors>;

  /**
   * Removes all factors and recovery codes of a user, ends the user's sessions, and tells the user by mail. At the next sign-in, the user needs
   * only the password, and adds a new factor if a rule requires one. Errors: `not_found`.
   */
  abstract reset(context: CallContext, userId: string): Promise<void>;
}
