import type { CallContext } from '../../../kernel/context/call-context';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type { Connection, ConnectionCheck, ConnectionPatch, ConnectionQuery, NewConnection } from './connections.types';

/**
 * Manages the identity providers with which the people of the context's tenant sign in. Secrets are written, never read. Another tenant's
 * connection is treated as `not_found`.
 */
export abstract class ConnectionsPort {
  /** Errors: `invalid_request` for settings that do not fit the type or preset; `conflict` at the maximum number of connections. */
  abstract create(context: CallContext, input: NewConnection): Promise<Connection>;

  abstract list(context: CallContext, query: ConnectionQuery): Promise<CountedPage<Connection>>;

  /** Errors: `not_found`. */
  abstract get(context: CallContext, id: string): Promise<Connection>;

  /**
   * Changes a connection. A change of the issuer, the client id or an endpoint needs the client secret again, because the stored secret
   * would otherwise go to a server that its owner did not choose. Errors: `not_found`; `precondition_failed`; `invalid_request`.
   */
  abstract update(
    context: CallContext,
    id: string,
    patch: ConnectionPatch,
    expected: ExpectedVersions,
  ): Promise<Connection>;

  /** Deletes a connection with its domains and identities. The accounts stay. Errors: `not_found`; `precondition_failed`. */
  abstract remove(context: CallContext, id: string, expected: ExpectedVersions): Promise<void>;

  /** Reads the provider's metadata and reports problems. Errors: `not_found`. */
  abstract check(context: CallContext, id: string): Promise<ConnectionCheck>;
}
