import { z } from 'zod';
import { jsonProblem } from '../json-problem';
import type { MovingUser } from '../moving-user';
import type { Notes } from '../notes';
import type { UserRole } from '../../../modules/users/contract/users.types';

/** A text that an export can omit. */
const text = z.string().nullable().default(null);

const identitySchema = z.object({
  provider: z.string(),
  user_id: z.union([z.string(), z.number()]).optional(),
  connection: z.string().optional(),
});

const userSchema = z.object({
  user_id: z.string(),
  email: text,
  email_verified: z.boolean().nullish(),
  name: text,
  given_name: text,
  family_name: text,
  nickname: text,
  locale: z.unknown().optional(),
  blocked: z.boolean().nullish(),
  identities: z.array(identitySchema).nullish(),
  multifactor: z.array(z.string()).nullish(),
});

export type Auth0User = z.infer<typeof userSchema>;

/** The provider of users in a database of Auth0, who have passwords. */
const DATABASE = 'auth0';

/** Parses a line of a user export; notes a malformed user and returns `null`. */
export function parseUser(record: unknown, notes: Notes): Auth0User | null {
  const parsed = userSchema.safeParse(record);
  if (parsed.success) return parsed.data;
  const named = z.object({ user_id: z.string() }).safeParse(record);
  const subject = named.success ? named.data.user_id : '-';
  notes.notMoved('user', subject, `The user is malformed: ${jsonProblem(parsed.error)}`);
  return null;
}

/** Returns the IDs under which an export of password hashes can contain a user: their own, and those of linked users. */
export function databaseIds({ user_id: userId, identities }: Auth0User): readonly string[] {
  const linked = (identities ?? []).filter(({ provider }) => provider === DATABASE);
  const own = userId.startsWith(`${DATABASE}|`) ? [userId] : [];
  return [...new Set([...own, ...linked.map(({ user_id: id }) => `${DATABASE}|${id}`)])];
}

/**
 * Converts a user of a tenant of Auth0. @returns `null` for a user who cannot move. Everything that does not move is noted.
 * @param passwordHash the hash of the password; `null` if the export contains none.
 */
export function convertUser(
  user: Auth0User,
  passwordHash: string | null,
  { role, notes }: { readonly role: UserRole; readonly notes: Notes },
): MovingUser | null {
  const { user_id: subject, email, blocked, locale } = user;
  if (email === null || email.trim() === '') {
    notes.notMoved('user', subject, 'The user has no email address.');
    return null;
  }
  noteRest(user, notes);
  const displayName = displayNameOf(user);
  const row = {
    email: email.trim(),
    emailVerified: user.email_verified === true,
    role,
    ...(displayName === null ? {} : { displayName }),
    ...(typeof locale === 'string' ? { locale: locale.replaceAll('_', '-') } : {}),
    ...(passwordHash === null ? {} : { passwordHash }),
    ...(blocked === true ? { status: 'suspended' as const } : {}),
  };
  return { row, groups: [] };
}

/** Returns the name of a user; Auth0 fills a missing one with the address. */
function displayNameOf({ name, given_name: given, family_name: family, nickname, email }: Auth0User): string | null {
  if (name !== null && name.trim() !== '' && name !== email) return name;
  const full = [given, family].filter(Boolean).join(' ').trim();
  return full || nickname || null;
}

function noteRest({ user_id: subject, blocked, identities, multifactor }: Auth0User, notes: Notes): void {
  if (blocked === true) notes.changed('user', subject, 'The user is blocked, and moves as suspended.');
  for (const { provider, connection } of identities ?? []) {
    if (provider === DATABASE) continue;
    notes.notMoved('identity', subject, `The link to "${connection ?? provider}" has no place here.`);
  }
  for (const factor of multifactor ?? [])
    notes.notMoved('credential', subject, `The second factor "${factor}" has no place here.`);
}
