import { z } from 'zod';

/** The roles of a user in a tenant, the most powerful first (rest.md §3). */
export const USER_ROLES = ['owner', 'admin', 'member', 'viewer'] as const;
export type UserRole = (typeof USER_ROLES)[number];

export const USER_STATUSES = ['invited', 'active', 'suspended', 'deactivated'] as const;
export type UserStatus = (typeof USER_STATUSES)[number];

/** An email address. Compared case-insensitively, stored as written. Unique in the tenant. */
export const email = z.email().max(254);

export const PASSWORD_CHARS = { least: 12, most: 256 } as const;

/**
 * A password of 12 to 256 characters without further rules. NIST SP 800-63B §3.1.1.2 recommends length and advises against composition
 * rules.
 */
export const password = z.string().min(PASSWORD_CHARS.least).max(PASSWORD_CHARS.most);

/** A user of one tenant. */
export interface User {
  /** `usr-…` */
  readonly id: string;
  readonly tenantId: string;
  /** `null` for a user whom an identity provider created without an address. */
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly displayName: string;
  readonly avatarUrl: string | null;
  readonly role: UserRole;
  readonly status: UserStatus;
  /** BCP 47; `null` for the browser's language. */
  readonly locale: string | null;
  /** Incremented whenever a credential, such as the password, is replaced. */
  readonly credentialVersion: number;
  /** Unix milliseconds. */
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** A user with an address: every user created here, or found by address. */
export type AddressedUser = User & { readonly email: string };

export interface NewUser {
  readonly email: string;
  readonly displayName: string;
  readonly role: UserRole;
  /** A password agreed out of band; `null` if the user sets a password with a link. */
  readonly password: string | null;
}

/** A signed-in browser. */
export interface Session {
  /** `ses-…`; the claim `sid`. */
  readonly id: string;
  readonly tenantId: string;
  readonly userId: string;
  /** The time of the user's last authentication; the claim `auth_time`. Unix milliseconds. */
  readonly authTimeMs: number;
  /** RFC 8176, such as `pwd`. */
  readonly amr: readonly string[];
  readonly createdAtMs: number;
  readonly lastSeenAtMs: number;
  readonly expiresAtMs: number;
  /** The time without a page view after which the session ends; `null` for no limit. */
  readonly idleMs: number | null;
  readonly ip: string;
  readonly userAgent: string;
}

/** The origin of a sign-in. */
export interface SignInOrigin {
  readonly ip: string;
  /** At most 256 characters are stored. */
  readonly userAgent: string;
  readonly requestId: string;
  /** The cookie value of the last sign-in on this device (`SessionsPort.start`), unverified; absent if the browser did not send one. */
  readonly device?: string;
}

/**
 * The outcome of a sign-in. The outcome `refused` leads to the same response and timing for an unknown address, a wrong password, and a
 * user who is not active.
 */
export type SignInOutcome =
  | {
      readonly outcome: 'signed_in';
      readonly user: User;
      /** The authentication methods used (RFC 8176). */
      readonly amr: readonly string[];
    }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number };
