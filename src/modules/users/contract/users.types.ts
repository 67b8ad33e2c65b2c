import { z } from 'zod';

/** The roles of a person in a tenant, the most powerful first (rest.md §3). */
export const USER_ROLES = ['owner', 'admin', 'member', 'viewer'] as const;
export type UserRole = (typeof USER_ROLES)[number];

export const USER_STATUSES = ['invited', 'active', 'suspended', 'deactivated'] as const;
export type UserStatus = (typeof USER_STATUSES)[number];

/** Compared without case, kept as written. Unique in the tenant. */
export const email = z.email().max(254);

export const PASSWORD_CHARS = { least: 12, most: 256 } as const;

/** 12 to 256 characters, any of them; NIST SP 800-63B §3.1.1.2 asks for length and against composition rules. */
export const password = z.string().min(PASSWORD_CHARS.least).max(PASSWORD_CHARS.most);

/** A person in one tenant. */
export interface User {
  /** `usr-…` */
  readonly id: string;
  readonly tenantId: string;
  /** `null` for one whom an identity provider made without. */
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly displayName: string;
  readonly avatarUrl: string | null;
  readonly role: UserRole;
  readonly status: UserStatus;
  /** BCP 47; `null` for the browser's. */
  readonly locale: string | null;
  /** Counts up whenever what proves the user is replaced, such as the password. */
  readonly credentialVersion: number;
  /** Unix milliseconds. */
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** A user with an address: whoever is made here, or found by one. */
export type AddressedUser = User & { readonly email: string };

export interface NewUser {
  readonly email: string;
  readonly displayName: string;
  readonly role: UserRole;
  /** Already agreed out of band; `null`: the user sets one by a link. */
  readonly password: string | null;
}

/** A signed-in browser. */
export interface Session {
  /** `ses-…`; the claim `sid`. */
  readonly id: string;
  readonly tenantId: string;
  readonly userId: string;
  /** When the user last proved who they are; the claim `auth_time`. Unix milliseconds. */
  readonly authTimeMs: number;
  /** RFC 8176, such as `pwd`. */
  readonly amr: readonly string[];
  readonly createdAtMs: number;
  readonly lastSeenAtMs: number;
  readonly expiresAtMs: number;
  readonly ip: string;
  readonly userAgent: string;
}

/** Where a sign-in comes from. */
export interface SignInOrigin {
  readonly ip: string;
  /** At most 256 characters are kept. */
  readonly userAgent: string;
  readonly requestId: string;
  /** The cookie value of the last sign-in on this device (`SignInOutcome.device`), unchecked; absent without one. */
  readonly device?: string;
}

/** `refused` says the same, in the same time, for an unknown address, a wrong password, and a user who is not active. */
export type SignInOutcome =
  | {
      readonly outcome: 'signed_in';
      readonly user: User;
      /** How it was proven (RFC 8176). */
      readonly amr: readonly string[];
      /** The cookie by which the device is let through later, whatever failed elsewhere; signed, of `[\w.-]` alone. */
      readonly device: string;
    }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number };
