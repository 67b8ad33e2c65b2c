import type { CallContext } from '../../../kernel/context/call-context';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type { Identity, IdentityQuery } from './identities.types';

/** Identities at providers that are linked to users. Only the person links an identity, by signing in with it. */
export abstract class IdentitiesPort {
  /** Lists the identities of a connection. Errors: `not_found` for a connection that does not exist. */
  abstract list(context: CallContext, connectionId: string, query: IdentityQuery): Promise<CountedPage<Identity>>;

  /**
   * Unlinks an identity of a connection. Errors: `not_found`; `conflict` if the user could not sign in any more.
   */
  abstract remove(context: CallContext, connectionId: string, identityId: string): Promise<void>;

  /** Returns the identities of the calling user, oldest first. Errors: `forbidden` for a caller that is not a user. */
  abstract own(context: CallContext): Promise<readonly Identity[]>;

  /** Unlinks an identity of the calling user. Errors: those of {@link own} and {@link remove}. */
  abstract removeOwn(context: CallContext, identityId: string): Promise<void>;
}
