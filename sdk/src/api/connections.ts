import type {
  Connection,
  ConnectionCheck,
  ConnectionDomain,
  ConnectionPatch,
  LinkedIdentity,
  ListConnectionsQuery,
  ListLinkedIdentitiesQuery,
  NewConnection,
} from '../generated/schemas.js';
import type { CallOptions, ChangeOptions, WriteOptions } from '../http/http.js';
import type { Pages } from '../http/pages.js';
import { path } from '../http/path.js';
import { Api } from './api.js';

/** Identity providers with which the users of the tenant sign in. Needs the scope `admin`. */
export class ConnectionsApi extends Api {
  create(connection: NewConnection, options?: WriteOptions): Promise<Connection> {
    return this.make('/v1/connections', connection, options);
  }

  list(query?: ListConnectionsQuery, options?: CallOptions): Pages<Connection> {
    return this.listOf('/v1/connections', query, options);
  }

  get(id: string, options?: CallOptions): Promise<Connection> {
    return this.load(path`/v1/connections/${id}`, options);
  }

  /** Changes a connection. A change of the issuer, the client ID or an endpoint needs the client secret again. */
  update(id: string, patch: ConnectionPatch, options?: ChangeOptions): Promise<Connection> {
    return this.change(path`/v1/connections/${id}`, patch, options);
  }

  /** Deletes a connection with its domains and identities. The users stay. */
  delete(id: string, options?: ChangeOptions): Promise<void> {
    return this.remove(path`/v1/connections/${id}`, options);
  }

  /** Reads the metadata of the provider now, and returns problems. */
  check(id: string, options?: CallOptions): Promise<ConnectionCheck> {
    return this.ask(path`/v1/connections/${id}/check`, undefined, options);
  }

  /** Adds an email domain. The result names the TXT record to create. */
  addDomain(id: string, domain: string, options?: WriteOptions): Promise<ConnectionDomain> {
    return this.make(path`/v1/connections/${id}/domains`, { domain }, options);
  }

  /** Looks for the TXT record of a domain now. */
  verifyDomain(id: string, domain: string, options?: WriteOptions): Promise<ConnectionDomain> {
    return this.make(path`/v1/connections/${id}/domains/${domain}/verify`, undefined, options);
  }

  removeDomain(id: string, domain: string, options?: CallOptions): Promise<void> {
    return this.remove(path`/v1/connections/${id}/domains/${domain}`, options);
  }

  /** Lists the identities that are linked to users. */
  identities(id: string, query?: ListLinkedIdentitiesQuery, options?: CallOptions): Pages<LinkedIdentity> {
    return this.listOf(path`/v1/connections/${id}/identities`, query, options);
  }

  /** Unlinks an identity, unless it is the last way for its user to sign in. */
  unlink(id: string, identityId: string, options?: CallOptions): Promise<void> {
    return this.remove(path`/v1/connections/${id}/identities/${identityId}`, options);
  }
}

/** The identities of the signed-in user at identity providers. */
export class IdentitiesApi extends Api {
  list(options?: CallOptions): Pages<LinkedIdentity> {
    return this.listOf('/v1/identities', undefined, options);
  }

  /** Unlinks an identity, unless it is the last way to sign in. */
  unlink(id: string, options?: CallOptions): Promise<void> {
    return this.remove(path`/v1/identities/${id}`, options);
  }
}
