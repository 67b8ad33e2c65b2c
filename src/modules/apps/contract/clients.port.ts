import type { Client } from './apps.types';

/** Apps as the authorization server sees them: found before any tenant is known, from memory. */
export abstract class ClientsPort {
  /** The client of an id; `null` when there is none. */
  abstract find(clientId: string): Promise<Client | null>;

  /**
   * The client that a secret proves; `null` for an unknown client, a wrong secret and an expired one alike, in the same
   * time. Notes when the secret was last used.
   */
  abstract authenticate(clientId: string, secret: string): Promise<Client | null>;
}
