import type { CallContext } from '../../../kernel/context/call-context';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type {
  Credential,
  CredentialQuery,
  CredentialRotation,
  CredentialWithKey,
  NewCredential,
} from './credentials.types';

/**
 * API keys of a tenant. Each belongs to the user or app that made it. Callers can access their own keys, or with the scope
 * `admin` all keys of the tenant; any other key is `not_found`.
 * `expected` lists the allowed current versions, else `precondition_failed`.
 */
export abstract class CredentialsPort {
  /**
   * Makes a key with some of the scopes of the caller's token. Errors: `forbidden` for an agent, for a scope that the
   * caller lacks or no key can have, and for a caller with an API key. (A stolen key must not outlive its revocation in
   * copies.) `conflict` when there are too many; `invalid_request` for an expiry in the past.
   */
  abstract create(context: CallContext, input: NewCredential): Promise<CredentialWithKey>;

  /** Errors: `invalid_request` for a cursor of another list; `forbidden` for another's keys. */
  abstract list(context: CallContext, query: CredentialQuery): Promise<CountedPage<Credential>>;

  /** Errors: `not_found`. */
  abstract get(context: CallContext, id: string): Promise<Credential>;

  /**
   * Makes a new key for the same; the one before stays good for a while, earlier ones end. Errors: as `create`, for who may;
   * `not_found`; `conflict` when it is over.
   */
  abstract rotate(
    context: CallContext,
    id: string,
    rotation: CredentialRotation,
    expected: ExpectedVersions,
  ): Promise<CredentialWithKey>;

  /** Ends the key and every token made from it; of one that is revoked already nothing changes. Errors: `not_found`. */
  abstract revoke(context: CallContext, id: string, expected: ExpectedVersions): Promise<Credential>;
}
