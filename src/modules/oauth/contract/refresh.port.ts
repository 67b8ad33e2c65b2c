import type { CallContext } from '../../../kernel/context/call-context';

/** A new access token for a refresh token that stays unchanged. */
export interface RefreshedToken {
  readonly token: string;
  /** Unix seconds. */
  readonly expiresAt: number;
}

/** Refreshes tokens for callers whose response has no field for a new refresh token (`AuthService/RefreshToken`). */
export abstract class RefreshPort {
  /**
   * Refreshes on behalf of a confidential app with `refresh_rotation: false`. The caller must be a service of the installation, because the
   * app itself does not authenticate. Ends or refuses the token whenever the token endpoint would do so.
   * @param onlyTenants ids or slugs of the tenants that the caller can act for; `null` for any tenant.
   * Errors: `invalid_grant` with the same message for a token that is unknown, has expired, was revoked, or belongs to another tenant;
   * `unauthorized_client`, without using the token, for an app whose refresh tokens rotate; `unavailable`.
   */
  abstract refresh(
    context: CallContext,
    refreshToken: string,
    onlyTenants: readonly string[] | null,
  ): Promise<RefreshedToken>;
}
