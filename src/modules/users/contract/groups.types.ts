import { z } from 'zod';
import { listQuery } from '../../../kernel/lists/list-query';
import { USER_ROLES } from './users.types';

/** Topic of group changes in the change log. The key of a change is the id of the user or group concerned. */
export const GROUPS_TOPIC = 'users.groups';

export const GROUP_LIMITS = {
  /** Maximum number of groups per tenant. */
  maxGroups: 5_000,
  /** Maximum number of members per group. */
  maxMembers: 100_000,
  /** Maximum number of members shown with a group. `/members` lists all of them. */
  shownMembers: 100,
  /** Maximum number of initial members of a new group. */
  maxInitialMembers: 100,
  /** Maximum number of rules that assign roles to groups, per tenant. */
  maxRoleRules: 500,
  /** Maximum number of groups in the `groups` claim of an access token. For decisions based on groups, query the current memberships. */
  maxInClaim: 100,
} as const;

const displayName = z.string().trim().min(1).max(200);
const externalId = z.string().min(1).max(256);
const role = z.enum(USER_ROLES);
const userId = z.string().max(64);

/** A group of users (rest.md §3). */
export const group = z
  .object({
    id: z.string(),
    displayName: z.string(),
    externalId: z.string().nullable().meta({ description: 'Id at the identity provider.' }),
    role: role
      .nullable()
      .meta({ description: 'The role that the identity provider assigns to the group. It grants no role here.' }),
    members: z
      .array(z.string())
      .meta({ description: `The first ${GROUP_LIMITS.shownMembers} user ids; /members lists all.` }),
    memberCount: z.number().int(),
    version: z.number().int().meta({
      description:
        'Starts at 1 and increases with each change, including member changes. The entity tag is derived from it.',
    }),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Group' });

export const newGroup = z
  .strictObject({
    displayName,
    externalId: externalId.nullable().default(null),
    role: role.nullable().default(null),
    members: z.array(userId).max(GROUP_LIMITS.maxInitialMembers).default([]),
  })
  .meta({ id: 'NewGroup' });

export const groupPatch = z
  .strictObject({
    displayName: displayName.optional(),
    externalId: externalId.nullable().optional(),
    role: role.nullable().optional(),
  })
  .meta({ id: 'GroupPatch' });

/** The filter and sort order of a group list. */
export const groupQuery = listQuery({
  sorts: ['createdAt', 'updatedAt', 'displayName'],
  filters: { role: role.optional(), externalId: externalId.optional() },
});

/** The query for a group's members. It has no filters. */
export const groupMemberQuery = listQuery({ sorts: ['userId', 'addedAt'], filters: {} });

export const groupMember = z.object({ userId: z.string(), addedAt: z.string() }).meta({ id: 'GroupMember' });

export type Group = Readonly<z.infer<typeof group>>;
export type NewGroup = Readonly<z.infer<typeof newGroup>>;
export type GroupPatch = Readonly<z.infer<typeof groupPatch>>;
export type GroupQuery = Readonly<z.infer<typeof groupQuery>>;
export type GroupMemberQuery = Readonly<z.infer<typeof groupMemberQuery>>;
export type GroupMember = Readonly<z.infer<typeof groupMember>>;
