import { z } from 'zod';
import { jsonProblem } from '../json-problem';
import type { MovingUser } from '../moving-user';
import type { Notes } from '../notes';
import { mappedRole, type RoleMapping } from '../role-mapping';
import { convertPassword } from './password';
import type { RealmRoles } from './realm-roles';

const names = z.array(z.string());
/** A text that an export can omit. */
const text = z.string().nullable().default(null);

const credentialSchema = z.object({
  type: z.string(),
  secretData: text,
  credentialData: text,
});

const userSchema = z.object({
  username: z.string(),
  email: text,
  emailVerified: z.boolean().default(false),
  enabled: z.boolean().default(false),
  firstName: text,
  lastName: text,
  attributes: z.record(z.string(), names).nullish(),
  credentials: z.array(credentialSchema).default([]),
  realmRoles: names.default([]),
  clientRoles: z.record(z.string(), names).default({}),
  groups: names.default([]),
  federatedIdentities: z.array(z.object({ identityProvider: z.string() })).default([]),
  requiredActions: names.default([]),
  federationLink: text,
  serviceAccountClientId: text,
});

type KeycloakUser = z.infer<typeof userSchema>;

/** Second factors, and other credentials without a place here. */
const CREDENTIALS: Readonly<Record<string, string>> = {
  otp: 'One-time passwords (TOTP, HOTP) have no place here.',
  webauthn: 'Security keys (WebAuthn) have no place here.',
  'webauthn-passwordless': 'Passkeys (WebAuthn) have no place here.',
  'recovery-authn-codes': 'Recovery codes have no place here.',
};
/** Earlier passwords, which nobody can use. */
const IGNORED: ReadonlySet<string> = new Set(['password', 'password-history']);

/** How a realm's users become users here. */
export interface UserConversion {
  readonly roles: RealmRoles;
  readonly mapping: RoleMapping;
  readonly notes: Notes;
}

/** Converts a user of a realm. @returns `null` for a user who cannot move. Everything that does not move is noted. */
export function convertUser(record: unknown, { roles, mapping, notes }: UserConversion): MovingUser | null {
  const parsed = userSchema.safeParse(record);
  if (!parsed.success) {
    notes.notMoved('user', nameIn(record), `The user is malformed: ${jsonProblem(parsed.error)}`);
    return null;
  }
  const user = parsed.data;
  const { username, email, serviceAccountClientId } = user;
  if (serviceAccountClientId !== null) {
    notes.notMoved('service account', username, 'An app with client credentials acts for itself.');
    return null;
  }
  if (email === null || email.trim() === '') {
    notes.notMoved('user', username, 'The user has no email address.');
    return null;
  }
  const passwordHash = passwordOf(user, notes);
  noteRest(user, notes);
  const displayName = [user.firstName, user.lastName].filter(Boolean).join(' ').trim() || username;
  const locale = user.attributes?.['locale']?.[0]?.replaceAll('_', '-');
  const row = {
    email: email.trim(),
    emailVerified: user.emailVerified,
    role: mappedRole(mapping, roles.of(user)),
    displayName,
    ...(locale === undefined ? {} : { locale }),
    ...(passwordHash === null ? {} : { passwordHash }),
    ...(user.enabled ? {} : { status: 'suspended' as const }),
  };
  return { row, groups: user.groups };
}

function passwordOf({ username, credentials, federationLink }: KeycloakUser, notes: Notes): string | null {
  const credential = credentials.find(({ type }) => type === 'password');
  if (credential === undefined) {
    if (federationLink !== null)
      notes.notMoved('password', username, 'A user federation checks the password, so the export does not contain it.');
    return null;
  }
  const converted = convertPassword(credential);
  if ('passwordHash' in converted) return converted.passwordHash;
  notes.notMoved('password', username, converted.reason);
  return null;
}

function noteRest(
  { username, enabled, credentials, federatedIdentities, requiredActions }: KeycloakUser,
  notes: Notes,
): void {
  if (!enabled) notes.changed('user', username, 'The user is disabled, and moves as suspended.');
  for (const { type } of credentials) {
    if (IGNORED.has(type)) continue;
    notes.notMoved(
      'credential',
      username,
      CREDENTIALS[type] ?? `Credentials of the type "${type}" have no place here.`,
    );
  }
  for (const { identityProvider } of federatedIdentities)
    notes.notMoved('identity', username, `The link to the identity provider "${identityProvider}" has no place here.`);
  for (const action of requiredActions)
    notes.notMoved('required action', username, `The required action ${action} has no place here.`);
}

function nameIn(record: unknown): string {
  const named = z.object({ username: z.string() }).safeParse(record);
  return named.success ? named.data.username : '-';
}
