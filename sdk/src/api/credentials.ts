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
  /** The key is in this answer and never again. */
  create(credential: NewCredential, options?: WriteOptions): Promise<CredentialWithKey> {
    return this.make('/v1/credentials', credential, options);
  }

  list(query?: ListCredentialsQuery, options?: CallOptions): Pages<Credential> {
    return this.listOf('/v1/credentials', query, options);
  }

  get(id: string, options?: CallOptions): Promise<Credential> {
    return this.load(path`/v1/credentials/${id}`, options);
  }

  /** Ends the key, and the tokens made from it, at once. */
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
