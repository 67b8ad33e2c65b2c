import { z } from 'zod';
import { belonging } from '../../../kernel/deletions/belonging';
import { listQuery } from '../../../kernel/lists/list-query';
import { USER_ROLES, USER_STATUSES } from './users.types';

const THEMES = ['system', 'light', 'dark'] as const;

const userRole = z.enum(USER_ROLES);
const userStatus = z.enum(USER_STATUSES);
/** A display name, on one line. Written as ranges, because the OpenAPI document includes it and not every language supports \p{Cc}. */
export const displayName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/u, 'must be one line');
/** Shown in an `<img>` on other users' pages, so only https URLs are allowed. */
const avatarUrl = z.url({ protocol: /^https$/ }).max(2048);
/** BCP 47. */
export const locale = z
  .string()
  .max(35)
  .regex(/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i, 'must be a language tag, such as "en" or "de-AT"');

const preferences = z
  .object({
    theme: z.enum(THEMES),
    locale: z.string().nullable().meta({ description: 'BCP 47; `null` for the language of the browser.' }),
    notificationsEnabled: z.boolean(),
  })
  .meta({ id: 'UserPreferences' });

/** A user of the tenant (rest.md §3). */
export const user = z
  .object({
    id: z.string(),
    email: z.string().nullable().meta({ description: '`null` if an identity provider created the user without one.' }),
    emailVerified: z.boolean(),
    displayName: z.string(),
    avatarUrl: z.string().nullable(),
    role: userRole,
    status: userStatus,
    preferences,
    version: z
      .number()
      .int()
      .meta({ description: 'Starts at 1 and increases with each change. The entity tag is derived from it.' }),
    createdAt: z.string(),
    createdBy: z.string().nullable(),
    updatedAt: z.string(),
    updatedBy: z.string().nullable(),
  })
  .meta({ id: 'User' });

const isSomething = (patch: object): boolean => Object.keys(patch).length > 0;
const NOTHING = 'must name at least one member to change';

/** An administrator's changes to a user. */
export const userPatch = z
  .strictObject({
    displayName: displayName.optional(),
    role: userRole.optional(),
    status: userStatus.exclude(['invited']).optional(),
  })
  .refine(isSomething, NOTHING)
  .meta({ id: 'UserPatch' });

/** The changes that users make to their own accounts. Omitted preferences also stay unchanged (RFC 7396). */
export const ownPatch = z
  .strictObject({
    displayName: displayName.optional(),
    avatarUrl: avatarUrl.nullable().optional(),
    preferences: z
      .strictObject({
        theme: z.enum(THEMES).optional(),
        locale: locale.nullable().optional(),
        notificationsEnabled: z.boolean().optional(),
      })
      .refine(isSomething, NOTHING)
      .optional(),
  })
  .refine(isSomething, NOTHING)
  .meta({ id: 'OwnUserPatch' });

/** The filter and sort order of a user list. */
export const userQuery = listQuery({
  sorts: ['email', 'name', 'createdAt'],
  filters: {
    status: userStatus.optional(),
    role: userRole.optional(),
    q: z.string().trim().min(1).max(254).optional().meta({
      description:
        'Case-insensitive prefix of the address or the name. The list is sorted by the matched field: `sort` must be `email` or `-email`.',
    }),
  },
});

/** The query parameters of a deletion. */
export const userRemovalQuery = z.strictObject({
  dryRun: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: '`true`: only report the effects on data that depends on the user.' }),
});

/** The actual or planned effect of a user's deletion on everything that depends on the user. */
export const userRemoval = z
  .object({
    id: z.string(),
    removed: z.boolean().meta({ description: 'False after a dry run.' }),
    belongings: z.array(belonging),
  })
  .meta({ id: 'UserRemoval' });

export type Account = Readonly<z.infer<typeof user>>;
export type UserPatch = Readonly<z.infer<typeof userPatch>>;
export type OwnPatch = Readonly<z.infer<typeof ownPatch>>;
export type UserQuery = Readonly<z.infer<typeof userQuery>>;
export type UserRemoval = Readonly<z.infer<typeof userRemoval>>;
