import type {
  InitialToken,
  InitialTokenWithSecret,
  NewInitialToken,
  SelfRegistration,
  ListInitialAccessTokensQuery,
  SelfRegistrationOrder,
} from '../generated/schemas.js';
import type { CallOptions, WriteOptions } from '../http/http.js';
import type { Pages } from '../http/pages.js';
import { path } from '../http/path.js';
import { Api } from './api.js';

/** Settings and initial tokens for the self-registration of apps (RFC 7591). Needs an admin token. */
export class SelfRegistrationApi extends Api {
  get(options?: CallOptions): Promise<SelfRegistration> {
    return this.load('/v1/oauth/client-registration', options);
  }

  set(order: SelfRegistrationOrder, options?: CallOptions): Promise<SelfRegistration> {
    return this.place('/v1/oauth/client-registration', order, options);
  }

  /** Returns the token, which is never shown again. */
  createToken(token: NewInitialToken, options?: WriteOptions): Promise<InitialTokenWithSecret> {
    return this.make('/v1/oauth/client-registration/tokens', token, options);
  }

  tokens(query?: ListInitialAccessTokensQuery, options?: CallOptions): Pages<InitialToken> {
    return this.listOf('/v1/oauth/client-registration/tokens', query, options);
  }

  /** Deletes an initial token. Apps registered with it remain. */
  deleteToken(id: string, options?: CallOptions): Promise<void> {
    return this.remove(path`/v1/oauth/client-registration/tokens/${id}`, options);
  }
}
