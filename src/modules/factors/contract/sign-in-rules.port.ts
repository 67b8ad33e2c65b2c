import type { CallContext } from '../../../kernel/context/call-context';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { SignInRule, StoredSignInRule } from './sign-in-rules.types';

/** How the users of the tenant in the call's context sign in, and of each of its apps. */
export abstract class SignInRulesPort {
  /** Returns the tenant's rule; the default with version 0 if it has set none. */
  abstract get(context: CallContext): Promise<StoredSignInRule>;

  /** Sets the tenant's rule for later sign-ins. Errors: `precondition_failed`. */
  abstract set(context: CallContext, rule: SignInRule, expected: ExpectedVersions): Promise<StoredSignInRule>;

  /** Returns the rule of an app; the default with version 0 if it has none. Errors: `not_found` for an app that the tenant does not have. */
  abstract getForApp(context: CallContext, appId: string): Promise<StoredSignInRule>;

  /**
   * Sets the rule of an app. It applies in addition to the tenant's rule, so it can only require more. Errors: those of {@link getForApp};
   * `precondition_failed`.
   */
  abstract setForApp(
    context: CallContext,
    appId: string,
    rule: SignInRule,
    expected: ExpectedVersions,
  ): Promise<StoredSignInRule>;

  /** Removes the rule of an app. Errors: `not_found`. */
  abstract removeForApp(context: CallContext, appId: string): Promise<void>;
}
