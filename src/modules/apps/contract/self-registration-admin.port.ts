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

  /** Changes the setting, which takes effect at the next registration. Registered apps stay. */
  abstract set(context: CallContext, order: SelfRegistrationOrder): Promise<SelfRegistration>;

  /**
   * Creates a token. Only the response shows it; only its hash is stored. Errors: `invalid_scope` for a nonexistent scope; `conflict`
   * beyond `SELF_REGISTRATION_LIMITS.tokens`.
   */
  abstract createToken(context: CallContext, input: NewInitialToken): Promise<InitialTokenWithSecret>;

  /** Lists tokens, including used-up and expired ones. */
  abstract listTokens(context: CallContext, query: InitialTokenQuery): Promise<CountedPage<InitialToken>>;

  /** Deletes a token. Apps that were registered with it stay. Errors: `not_found`. */
  abstract removeToken(context: CallContext, id: string): Promise<void>;
}
