import { z } from 'zod';
import type { DirectoryFilter, DirectoryPath } from './directory-filter.types';
import { GROUP_LIMITS } from './groups.types';
import { USER_ROLES, type UserRole, type UserStatus } from './users.types';

/** Attributes that have no column, by name or URN of a schema; JSON. */
export type DirectoryProfile = Readonly<Record<string, unknown>>;

/** A group that a user is in. */
export interface DirectoryMembership {
  readonly id: string;
  readonly displayName: string;
  /** False: by way of another group alone. */
  readonly isDirect: boolean;
}

/** A user as an identity provider administers them. */
export interface DirectoryUser {
  readonly id: string;
  readonly userName: string;
  readonly externalId: string | null;
  /** Address of the account; `null`: there is none. */
  readonly email: string | null;
  readonly displayName: string;
  readonly role: UserRole;
  readonly status: UserStatus;
  /** Whether a provider is told that they are active: who is invited has been taken away from nobody. */
  readonly isActive: boolean;
  readonly profile: DirectoryProfile;
  /** `null` where they were not asked for. */
  readonly groups: readonly DirectoryMembership[] | null;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A user as they are to be. */
export interface DirectoryUserWrite {
  readonly userName: string;
  readonly externalId: string | null;
  readonly email: string | null;
  readonly displayName: string;
  /** False is `deactivated`. What an administrator has suspended stays so either way. */
  readonly isActive: boolean;
  /** `null`: as it is; of a new user what the tenant's rule says. */
  readonly role: UserRole | null;
  readonly profile: DirectoryProfile;
  /** A new one, in clear, and the fewest characters that it may have; `null`: none. */
  readonly password: { readonly text: string; readonly leastChars: number } | null;
}

export interface DirectoryMember {
  readonly id: string;
  readonly kind: 'user' | 'group';
  readonly displayName: string;
}

/** A group as an identity provider administers it. */
export interface DirectoryGroup {
  readonly id: string;
  readonly displayName: string;
  readonly externalId: string | null;
  readonly profile: DirectoryProfile;
  /** All of them, by id; `null` where they were not asked for. */
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

/** A change of who is in a group, by ids of users and groups; what is so already is done. */
export type MemberChange =
  | { readonly op: 'add'; readonly ids: readonly string[] }
  | { readonly op: 'replace'; readonly ids: readonly string[] }
  /** @param isRequired whether it fails with `not_found` where none of them is a member. */
  | { readonly op: 'remove'; readonly ids: readonly string[]; readonly isRequired: boolean }
  /** Those of whom a filter holds, whose paths are `value`, `type`, `display` and `$ref` of a member. */
  | { readonly op: 'removeWhere'; readonly filter: DirectoryFilter; readonly isRequired: boolean };

/** Which part of a list. */
export type DirectoryPart =
  | { readonly by: 'index'; readonly offset: number; readonly limit: number }
  /** @param cursor of the part before; `null` for the first. */
  | { readonly by: 'cursor'; readonly cursor: string | null; readonly limit: number };

/** What of a directory is asked for. */
export interface DirectoryQuery {
  readonly filter: DirectoryFilter | null;
  /** `null`: by age. Who has no such value comes last, and descending first. */
  readonly sort: { readonly path: DirectoryPath; readonly isDescending: boolean } | null;
  readonly part: DirectoryPart;
  /** Whether groups of users, or members of groups, are told. */
  readonly withMemberships: boolean;
}

export interface DirectoryPage<T> {
  readonly items: readonly T[];
  /** Of the whole list. */
  readonly total: number;
  /** `null` by index, and on the last part. */
  readonly nextCursor: string | null;
}

/** How long a cursor of a directory is good, in seconds. */
export const DIRECTORY_CURSOR_SECONDS = 3_600;

const givenRole = z.enum(USER_ROLES).exclude(['owner']);

const groupRoleMembers = {
  rules: z
    .array(
      z.strictObject({
        group: z.string().trim().min(1).max(200).meta({ description: 'Name of the group, without case.' }),
        role: givenRole,
      }),
    )
    .max(GROUP_LIMITS.maxRoleRules),
  defaultRole: givenRole.meta({
    description: 'Of new users, and of who leaves the last group that gives a role.',
  }),
};

/** Which groups give which roles. Owners stay owners: no group makes or unmakes one. */
export const groupRoles = z
  .object({
    ...groupRoleMembers,
    version: z.number().int().meta({ description: 'Counts the changes; 0 where nobody has said anything yet.' }),
  })
  .meta({ id: 'GroupRoles' });

export const newGroupRoles = z.strictObject(groupRoleMembers).meta({ id: 'NewGroupRoles' });

export type GroupRoles = Readonly<z.infer<typeof groupRoles>>;
export type NewGroupRoles = Readonly<z.infer<typeof newGroupRoles>>;
