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
 * Manages a tenant's API keys. Each key belongs to the user or app that created it. Callers can access their own keys or, with the scope
 * `admin`, all keys of the tenant; other keys are `not_found`. `expected` lists the allowed current versions; any other version fails with
 * `precondition_failed`.
 */
export abstract class CredentialsPort {
  /**
   * Creates a key with a subset of the scopes of the caller's token. Errors: `forbidden` for an agent, for a scope that the caller lacks
   * or that keys cannot have, and for a caller with an API key. A stolen key must not create copies that survive its revocation. Further
   * errors: `conflict` if there are too many keys; `invalid_request` for an expiry in the past.
   */
  abstract create(context: CallContext, input: NewCredential): Promise<CredentialWithKey>;

  /** Errors: `invalid_request` for a cursor from a different list; `forbidden` for another owner's keys. */
  abstract list(context: CallContext, query: CredentialQuery): Promise<CountedPage<Credential>>;

  /** Errors: `not_found`. */
  abstract get(context: CallContext, id: string): Promise<Credential>;

  /**
   * Creates a new key for a credential. The previous key stays valid during the overlap; earlier keys become invalid. Errors: `forbidden`
   * as in `create`; `not_found`; `conflict` if the credential is revoked or has expired.
   */
  abstract rotate(
    context: CallContext,
    id: string,
    rotation: CredentialRotation,
    expected: ExpectedVersions,
  ): Promise<CredentialWithKey>;

  /**
   * Revokes the key and every token that was created from it. Does not change anything if the key is already revoked. Errors: `not_found`.
   */
  abstract revoke(context: CallContext, id: string, expected: ExpectedVersions): Promise<Credential>;
}
