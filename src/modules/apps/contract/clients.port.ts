import type { Client, ClientJwk } from './apps.types';

/** Apps as the authorization server sees them: found before any tenant is known, from memory. */
export abstract class ClientsPort {
  /** The client of an id; `null` when there is none. */
  abstract find(clientId: string): Promise<Client | null>;

  /**
   * The client that a secret proves; `null` for an unknown client, one that does not authenticate by a secret, a wrong
   * secret and an expired one alike, in the same time. Notes when the secret was last used.
   */
  abstract authenticate(clientId: string, secret: string): Promise<Client | null>;

  /**
   * The client whose secret made an HMAC-SHA-256 of a message; `null` for an unknown client, one that does not sign
   * platform contexts, and a MAC that no live secret of it makes, alike. During a rotation both secrets are good.
   * @param mac 32 bytes. Errors: `unavailable`.
   */
  abstract provesByMac(clientId: string, message: Buffer, mac: Buffer): Promise<Client | null>;

  /**
   * The public keys by which a `private_key_jwt` client signs: its own, or those at its `jwks_uri` (kept for 5 min; read
   * again, at most every 30 s, when `kid` is not among them). Empty when there are none or they cannot be had.
   */
  abstract publicKeys(clientId: string, kid: string | null): Promise<readonly ClientJwk[]>;
}
