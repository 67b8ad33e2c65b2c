import type { CallContext } from '../../../kernel/context/call-context';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { AccountRules, StoredAccountRules } from './account-rules.types';

/** The passwords, browser sessions and sign-ups that the tenant in the call's context allows. */
export abstract class AccountRulesPort {
  /** Returns the tenant's rules; the default with version 0 if it has set none. */
  abstract get(context: CallContext): Promise<StoredAccountRules>;

  /** Sets the tenant's rules for later passwords and sign-ins. Errors: `precondition_failed`. */
  abstract set(context: CallContext, rules: AccountRules, expected: ExpectedVersions): Promise<StoredAccountRules>;
}
