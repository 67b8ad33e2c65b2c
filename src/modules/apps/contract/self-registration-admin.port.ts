import type { CallContext } from '../../../kernel/context/call-context';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type {
  InitialToken,
  InitialTokenQuery,
  InitialTokenWithSecret,
  NewInitialToken,
  SelfRegistration,
  SelfRegistrationOrder,
} from './self-registration.types';

/** Controls whether apps of the call's tenant can register themselves, and with which tokens. */
export abstract class SelfRegistrationAdminPort {
  /** Returns the setting; off by default. */
  abstract get(context: CallContext): Promise<SelfRegistration>;

  /** Changes the setting, which takes effect at the next registration. Apps that are already registered stay registered. */
  abstract set(context: CallContext, order: SelfRegistrationOrder): Promise<SelfRegistration>;

  /**
   * Creates a token. Only the response shows it; only its hash is stored. Errors: `invalid_scope` for a nonexistent scope; `conflict` if
   * the tenant already has `SELF_REGISTRATION_LIMITS.tokens` tokens.
   */
  abstract createToken(context: CallContext, input: NewInitialToken): Promise<InitialTokenWithSecret>;

  /** Lists tokens, including used-up and expired ones. */
  abstract listTokens(context: CallContext, query: InitialTokenQuery): Promise<CountedPage<InitialToken>>;

  /** Deletes a token. Apps that were registered with it stay registered. Errors: `not_found`. */
  abstract removeToken(context: CallContext, id: string): Promise<void>;
}
