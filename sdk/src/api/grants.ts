import type { GrantList } from '../generated/schemas.js';
import type { CallOptions } from '../http/http.js';
import { path } from '../http/path.js';
import { Api } from './api.js';

/** The permissions that the signed-in user has given to apps. */
export class GrantsApi extends Api {
  list(options?: CallOptions): Promise<GrantList> {
    return this.load('/v1/oauth/me/grants', options);
  }

  /** Takes it back, with all the app's tokens of it. */
  revoke(id: string, options?: CallOptions): Promise<void> {
    return this.remove(path`/v1/oauth/me/grants/${id}`, options);
  }
}
