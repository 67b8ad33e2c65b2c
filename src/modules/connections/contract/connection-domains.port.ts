import type { CallContext } from '../../../kernel/context/call-context';
import type { ConnectionDomain, NewConnectionDomain } from './connections.types';

/**
 * The e-mail domains whose people sign in through a connection. A TXT record proves that the tenant controls a domain; a verified domain
 * belongs to one tenant of the installation. Errors of every method: `not_found` for a connection that does not exist.
 */
export abstract class ConnectionDomainsPort {
  /** Adds a domain, and returns the TXT record to create. Errors: `invalid_request`; `conflict` if the tenant has the domain already. */
  abstract add(context: CallContext, connectionId: string, input: NewConnectionDomain): Promise<ConnectionDomain>;

  /**
   * Looks for the TXT record now. Errors: `not_found`; `unprocessable` if the record does not exist; `conflict` if another tenant has
   * verified the domain; `unavailable` if the name servers do not respond.
   */
  abstract verify(context: CallContext, connectionId: string, domain: string): Promise<ConnectionDomain>;

  /** Removes a domain. Errors: `not_found`. */
  abstract remove(context: CallContext, connectionId: string, domain: string): Promise<void>;
}
