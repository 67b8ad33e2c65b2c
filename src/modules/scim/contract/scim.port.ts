import type { ScimAnswer, ScimCaller, ScimCredential, ScimRequest } from './scim.types';

/** SCIM 2.0 (RFC 7643, 7644, 9865), for tenants' identity providers. */
export abstract class ScimPort {
  /**
   * Identifies the caller: a connection by its token, an app by an access token with the scope `scim`, or a user by an access token with
   * the scope `users.read`. The installation is identified by its service token, and acts for the bootstrap tenant. Errors: `unauthorized`,
   * which is recorded first; `forbidden` without the scope; `unavailable`.
   */
  abstract admit(credential: ScimCredential): Promise<ScimCaller>;

  /**
   * Handles a request and responds after recording it. Errors: any error defined in RFC 7644 §3.12, as a `ScimError` or `AppError`; a
   * failed request makes no changes.
   */
  abstract answer(caller: ScimCaller, request: ScimRequest): Promise<ScimAnswer>;
}
