import type { Client, ClientJwk } from './apps.types';

/** Apps as the authorization server sees them: found in memory, before any tenant is known. */
export abstract class ClientsPort {
  /** Returns the client with an id; `null` if there is none. */
  abstract find(clientId: string): Promise<Client | null>;

  /**
   * Returns the client that a secret authenticates. `null`, with the same timing, for an unknown client, one that does not authenticate by
   * a secret, a wrong secret and an expired one. Records when the secret was last used.
   */
  abstract authenticate(clientId: string, secret: string): Promise<Client | null>;

  /**
   * Returns the client whose secret produced an HMAC-SHA-256 of a message. `null` for an unknown client, one that does not sign platform
   * contexts, and a MAC that matches none of its active secrets. During a rotation both secrets are valid.
   * @param mac 32 bytes. Errors: `unavailable`.
   */
  abstract provesByMac(clientId: string, message: Buffer, mac: Buffer): Promise<Client | null>;

  /**
   * Returns the public keys with which a `private_key_jwt` client signs: its own, or those at its `jwks_uri` (cached for 5 min; fetched
   * again, at most every 30 s, if `kid` is not among them). Empty if there are none or they are unavailable.
   */
  abstract publicKeys(clientId: string, kid: string | null): Promise<readonly ClientJwk[]>;
}
