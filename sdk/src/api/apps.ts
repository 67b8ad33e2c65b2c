import type {
  App,
  AppPatch,
  AppRemoval,
  ListAppsQuery,
  AppWithSecret,
  NewApp,
  RegisteredApp,
} from '../generated/schemas.js';
import type { CallOptions, ChangeOptions, WriteOptions } from '../http/http.js';
import type { Pages } from '../http/pages.js';
import { path } from '../http/path.js';
import { Api } from './api.js';
import { SelfRegistrationApi } from './self-registration.js';

/** The tenant's apps and their secrets. Needs an admin token. */
export class AppsApi extends Api {
  readonly selfRegistration = new SelfRegistrationApi(this.http);

  /** Returns the app's `client_secret`, which is never shown again. */
  register(app: NewApp, options?: WriteOptions): Promise<RegisteredApp> {
    return this.make(path`/v1/oauth/apps`, app, options);
  }

  list(query?: ListAppsQuery, options?: CallOptions): Pages<App> {
    return this.listOf('/v1/oauth/apps', query, options);
  }

  get(clientId: string, options?: CallOptions): Promise<App> {
    return this.load(path`/v1/oauth/apps/${clientId}`, options);
  }

  /** @param options `ifMatch`: the `ETag` header of the app's last response, which a middleware can read. */
  update(clientId: string, patch: AppPatch, options?: ChangeOptions): Promise<App> {
    return this.change(path`/v1/oauth/apps/${clientId}`, patch, options);
  }

  /** Deletes an app and immediately revokes its tokens and grants. */
  delete(clientId: string, options?: CallOptions): Promise<void> {
    return this.remove(path`/v1/oauth/apps/${clientId}`, options);
  }

  /** Deletes an app and reports the effect on its dependents, such as schedules. @param dryRun true to report without deleting. */
  deleteAndReport(clientId: string, dryRun: boolean, options?: CallOptions): Promise<AppRemoval> {
    return this.remove<AppRemoval>(path`/v1/oauth/apps/${clientId}`, options, { dryRun });
  }

  /** @param overlapSeconds how long the previous secret stays valid: a day by default, 0 to invalidate it immediately. */
  rotateSecret(clientId: string, overlapSeconds?: number, options?: WriteOptions): Promise<AppWithSecret> {
    return this.make(path`/v1/oauth/apps/${clientId}/rotate-secret`, { overlap_seconds: overlapSeconds }, options);
  }
}
