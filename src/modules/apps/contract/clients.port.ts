import type { Client, ClientJwk } from './apps.types';

/** Looks up apps in memory for the authorization server, before any tenant is known. */
export abstract class ClientsPort {
  /** Returns the client with an id; `null` if there is none. */
  abstract find(clientId: string): Promise<Client | null>;

  /**
   * Returns the client that a secret authenticates. Returns `null`, with the same timing, for an unknown client, a client that does not
   * authenticate with a secret, a wrong secret and an expired secret. Records when the secret was last used.
   */
  abstract authenticate(clientId: string, secret: string): Promise<Client | null>;

  /**
   * Returns the client whose secret produced an HMAC-SHA-256 of a message. Returns `null` for an unknown client, a client that does not
   * sign platform contexts, and a MAC that does not match any of the client's active secrets. During a rotation, both secrets are valid.
   * @param mac 32 bytes. Errors: `unavailable`.
   */
  abstract provesByMac(clientId: string, message: Buffer, mac: Buffer): Promise<Client | null>;

  /**
   * Returns the public keys of a `private_key_jwt` client: the registered keys, or the keys at its `jwks_uri` (cached for 5 min; fetched
   * again, at most every 30 s, if `kid` is not among them). Empty if there are no keys or they are unavailable.
   */
  abstract publicKeys(clientId: string, kid: string | null): Promise<readonly ClientJwk[]>;
}
