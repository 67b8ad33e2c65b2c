import type { User, UserRole, UserStatus } from '../contract/users.types';

/** A row of `users.users`, without the columns that only sign-in needs. */
export interface UserRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly email: string | null;
  readonly email_verified: boolean;
  readonly display_name: string;
  readonly avatar_url: string | null;
  readonly role: UserRole;
  readonly status: UserStatus;
  readonly locale: string | null;
  readonly credential_version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export const USER_COLUMNS =
  'tenant_id, id, email, email_verified, display_name, avatar_url, role, status, locale, credential_version, created_at, updated_at';

export function toUser(row: UserRow): User {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    email: row.email,
    emailVerified: row.email_verified,
    displayName: row.display_name,
    avatarUrl: row.avatar_url,
    role: row.role,
    status: row.status,
    locale: row.locale,
    credentialVersion: row.credential_version,
    createdAtMs: row.created_at.getTime(),
    updatedAtMs: row.updated_at.getTime(),
  };
}
