import type { Session } from '../generated/schemas.js';
import type { CallOptions } from '../http/http.js';
import type { Pages } from '../http/pages.js';
import { path } from '../http/path.js';
import { Api } from './api.js';

/** The sessions of the signed-in user. */
export class SessionsApi extends Api {
  list(options?: CallOptions): Pages<Session> {
    return this.listOf('/v1/sessions', {}, options);
  }

  end(id: string, options?: CallOptions): Promise<void> {
    return this.remove(path`/v1/sessions/${id}`, options);
  }

  /** Signs the user out everywhere. */
  endAll(options?: CallOptions): Promise<void> {
    return this.remove('/v1/sessions', options);
  }
}
