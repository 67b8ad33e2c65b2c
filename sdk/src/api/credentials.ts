import type {
  Credential,
  CredentialRotation,
  ListCredentialsQuery,
  CredentialWithKey,
  NewCredential,
} from '../generated/schemas.js';
import type { CallOptions, ChangeOptions, WriteOptions } from '../http/http.js';
import type { Pages } from '../http/pages.js';
import { path } from '../http/path.js';
import { Api } from './api.js';

/** API keys. */
export class CredentialsApi extends Api {
  /** Returns the key, which is never shown again. */
  create(credential: NewCredential, options?: WriteOptions): Promise<CredentialWithKey> {
    return this.make('/v1/credentials', credential, options);
  }

  list(query?: ListCredentialsQuery, options?: CallOptions): Pages<Credential> {
    return this.listOf('/v1/credentials', query, options);
  }

  get(id: string, options?: CallOptions): Promise<Credential> {
    return this.load(path`/v1/credentials/${id}`, options);
  }

  /** Immediately revokes the key and all tokens issued for it. */
  revoke(id: string, options?: WriteOptions & ChangeOptions): Promise<Credential> {
    return this.make(path`/v1/credentials/${id}/revoke`, undefined, options);
  }

  rotate(
    id: string,
    rotation: CredentialRotation = {},
    options?: WriteOptions & ChangeOptions,
  ): Promise<CredentialWithKey> {
    return this.make(path`/v1/credentials/${id}/rotate`, rotation, options);
  }
}
