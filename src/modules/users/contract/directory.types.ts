import { z } from 'zod';
import type { DirectoryFilter, DirectoryPath } from './directory-filter.types';
import { GROUP_LIMITS } from './groups.types';
import { USER_ROLES, type UserRole, type UserStatus } from './users.types';

/** Attributes without a column, by name or by the URN of a schema, as JSON. */
export type DirectoryProfile = Readonly<Record<string, unknown>>;

/** A user's membership in a group. */
export interface DirectoryMembership {
  readonly id: string;
  readonly displayName: string;
  /** False if the user is a member only through another group. */
  readonly isDirect: boolean;
}

/** A user as an identity provider manages it. */
export interface DirectoryUser {
  readonly id: string;
  readonly userName: string;
  readonly externalId: string | null;
  /** Address of the account; `null` if there is none. */
  readonly email: string | null;
  readonly displayName: string;
  readonly role: UserRole;
  readonly status: UserStatus;
  /** True if the user is shown as active to a provider. Invited users count as active, because their access has not been removed. */
  readonly isActive: boolean;
  readonly profile: DirectoryProfile;
  /** `null` if not requested. */
  readonly groups: readonly DirectoryMembership[] | null;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The new state of a user. */
export interface DirectoryUserWrite {
  readonly userName: string;
  readonly externalId: string | null;
  readonly email: string | null;
  readonly displayName: string;
  /** False means `deactivated`. A user suspended by an administrator stays suspended in both cases. */
  readonly isActive: boolean;
  /** `null` leaves it unchanged. For a new user, `null` means the role from the tenant's rule. */
  readonly role: UserRole | null;
  readonly profile: DirectoryProfile;
  /** A new plaintext password and its minimum length in characters; `null` if there is none. */
  readonly password: { readonly text: string; readonly leastChars: number } | null;
}

export interface DirectoryMember {
  readonly id: string;
  readonly kind: 'user' | 'group';
  readonly displayName: string;
}

/** A group as an identity provider manages it. */
export interface DirectoryGroup {
  readonly id: string;
  readonly displayName: string;
  readonly externalId: string | null;
  readonly profile: DirectoryProfile;
  /** All members, by id; `null` if not requested. */
  readonly members: readonly DirectoryMember[] | null;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface DirectoryGroupWrite {
  readonly displayName: string;
  readonly externalId: string | null;
  readonly profile: DirectoryProfile;
}

/** A change to the members of a group, identified by the ids of users and groups. It has no effect on members already in that state. */
export type MemberChange =
  | { readonly op: 'add'; readonly ids: readonly string[] }
  | { readonly op: 'replace'; readonly ids: readonly string[] }
  /** Removes members. @param isRequired true to fail with `not_found` if none of the ids is a member. */
  | { readonly op: 'remove'; readonly ids: readonly string[]; readonly isRequired: boolean }
  /** Removes the members that match a filter with the paths `value`, `type`, `display` and `$ref`. */
  | { readonly op: 'removeWhere'; readonly filter: DirectoryFilter; readonly isRequired: boolean };

/** The part of a list to return. */
export type DirectoryPart =
  | { readonly by: 'index'; readonly offset: number; readonly limit: number }
  /** Pages by cursor. @param cursor from the previous page; `null` for the first page. */
  | { readonly by: 'cursor'; readonly cursor: string | null; readonly limit: number };

/** A query of a directory. */
export interface DirectoryQuery {
  readonly filter: DirectoryFilter | null;
  /** `null` sorts by creation time. Entries without the value come last, or first in descending order. */
  readonly sort: { readonly path: DirectoryPath; readonly isDescending: boolean } | null;
  readonly part: DirectoryPart;
  /** True to include the groups of each user, or the members of each group. */
  readonly withMemberships: boolean;
}

export interface DirectoryPage<T> {
  readonly items: readonly T[];
  /** Number of entries in the whole list. */
  readonly total: number;
  /** `null` when paging by index, and on the last page. */
  readonly nextCursor: string | null;
}

/** Lifetime of a directory cursor, in seconds. */
export const DIRECTORY_CURSOR_SECONDS = 3_600;

const givenRole = z.enum(USER_ROLES).exclude(['owner']);

const groupRoleMembers = {
  rules: z
    .array(
      z.strictObject({
        group: z.string().trim().min(1).max(200).meta({ description: 'Name of the group, case-insensitive.' }),
        role: givenRole,
      }),
    )
    .max(GROUP_LIMITS.maxRoleRules),
  defaultRole: givenRole.meta({
    description: 'Role of new users, and of users who leave their last group that grants a role.',
  }),
};

/** The roles that groups assign. Owners stay owners: no group can assign or remove that role. */
export const groupRoles = z
  .object({
    ...groupRoleMembers,
    version: z.number().int().meta({ description: 'Number of changes; 0 if the rules were never set.' }),
  })
  .meta({ id: 'GroupRoles' });

export const newGroupRoles = z.strictObject(groupRoleMembers).meta({ id: 'NewGroupRoles' });

export type GroupRoles = Readonly<z.infer<typeof groupRoles>>;
export type NewGroupRoles = Readonly<z.infer<typeof newGroupRoles>>;
