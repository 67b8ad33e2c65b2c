import type { CallContext } from '../../../kernel/context/call-context';

/** A new access token for a refresh token that stays as it is. */
export interface RefreshedToken {
  readonly token: string;
  /** Unix seconds. */
  readonly expiresAt: number;
}

/** Refreshing where the answer has no place for another refresh token (`AuthService/RefreshToken`). */
export abstract class RefreshPort {
  /**
   * Refreshes for a confidential app with `refresh_rotation: false`, in its place: the caller must be a service of the
   * installation, since the app itself is not asked to prove itself. Whatever would end or refuse the token at the token
   * endpoint does so here.
   * @param onlyTenants ids or slugs of the tenants that the caller may speak for; `null` for any.
   * Errors: `invalid_grant` for a token that is unknown, over, or of another tenant, in the same words;
   * `unauthorized_client` for an app whose refresh tokens rotate, which stay unused; `unavailable`.
   */
  abstract refresh(
    context: CallContext,
    refreshToken: string,
    onlyTenants: readonly string[] | null,
  ): Promise<RefreshedToken>;
}
