import type { GrantList } from '../generated/schemas.js';
import type { CallOptions } from '../http/http.js';
import { path } from '../http/path.js';
import { Api } from './api.js';

/** The permissions that the signed-in user has granted to apps. */
export class GrantsApi extends Api {
  list(options?: CallOptions): Promise<GrantList> {
    return this.load('/v1/oauth/me/grants', options);
  }

  /** Revokes a grant and all tokens that the app holds under that grant. */
  revoke(id: string, options?: CallOptions): Promise<void> {
    return this.remove(path`/v1/oauth/me/grants/${id}`, options);
  }
}
