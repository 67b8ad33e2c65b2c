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

/** Controls whether apps of the call's tenant may register themselves, and with which tokens. */
export abstract class SelfRegistrationAdminPort {
  /** Returns the setting; off by default. */
  abstract get(context: CallContext): Promise<SelfRegistration>;

  /** From the next registration on; apps that are registered stay. */
  abstract set(context: CallContext, order: SelfRegistrationOrder): Promise<SelfRegistration>;

  /**
   * A new token; shown with the answer alone, and kept as its hash.
   * Errors: `invalid_scope` for a scope that there is not; `conflict` beyond `SELF_REGISTRATION_LIMITS.tokens`.
   */
  abstract createToken(context: CallContext, input: NewInitialToken): Promise<InitialTokenWithSecret>;

  /** Also those that are used up or expired. */
  abstract listTokens(context: CallContext, query: InitialTokenQuery): Promise<CountedPage<InitialToken>>;

  /** Ends a token; apps that registered by it stay. Errors: `not_found`. */
  abstract removeToken(context: CallContext, id: string): Promise<void>;
}
