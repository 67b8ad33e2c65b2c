import { email as emailSchema, USER_ROLES, type UserRole } from '../../users/contract/users.types';
import type { DirectoryUser, DirectoryUserWrite } from '../../users/contract/directory.types';
import type { Dialect } from './dialect';
import { isPrimary, isSame } from './read-value';
import { ScimError } from '../contract/scim-error';
import { isObject, type ScimObject, type ScimValue } from './schema/schema.types';
import { USER_URN } from './schema/user.schema';

/** User attributes that are stored outside the profile. The profile contains all other attributes. */
const PLACED = new Set([
  'schemas',
  'id',
  'externalId',
  'meta',
  'userName',
  'displayName',
  'active',
  'password',
  'groups',
]);

const MAX_NAME_CHARS = 200;
/** Maximum size of the profile of a user or group, in bytes of JSON. The profile is read completely for each response. */
const MAX_PROFILE_BYTES = 256 * 1024;
const MAX_USER_NAME_CHARS = 254;
const ONE_LINE = /^[^\p{Cc}\u2028\u2029]*$/u;

/** Converts a user to SCIM. `meta` and references are added later, by code that has the address of this installation. */
export function toScimUser(user: DirectoryUser): ScimObject {
  const profile = Object.fromEntries(
    Object.entries(user.profile as ScimObject).filter(([, value]) => !(Array.isArray(value) && value.length === 0)),
  );
  return {
    id: user.id,
    ...(user.externalId === null ? {} : { externalId: user.externalId }),
    userName: user.userName,
    ...profile,
    displayName: user.displayName,
    active: user.isActive,
    ...groupsOf(user),
  };
}

/**
 * Converts a resource to the write that stores it.
 * @param current the user to change; `null` for a new user.
 * Errors: `invalidValue` for a name that is too long or contains control characters.
 */
export function toUserWrite(
  resource: ScimObject,
  current: DirectoryUser | null,
  { leastPasswordChars: leastChars }: Pick<Dialect, 'leastPasswordChars'>,
): DirectoryUserWrite {
  const userName = textOf(resource['userName']) ?? '';
  const password = textOf(resource['password']);
  assertName('userName', userName, MAX_USER_NAME_CHARS);
  const profile = Object.fromEntries(Object.entries(resource).filter(([name]) => !PLACED.has(name)));
  return {
    userName,
    externalId: textOf(resource['externalId']) ?? null,
    email: addressOf(resource),
    displayName: displayNameOf(resource, current),
    isActive: typeof resource['active'] === 'boolean' ? resource['active'] : (current?.isActive ?? true),
    role: roleOf(resource, current),
    // The addresses are stored even if the list is empty, so that the account's address is not shown instead.
    profile: bounded({ ...profile, emails: profile['emails'] ?? [] }),
    password: password === undefined ? null : { text: password, leastChars },
  };
}

/** Returns true if a write leaves a user unchanged. */
export function isSoAlready(write: DirectoryUserWrite, user: DirectoryUser): boolean {
  const members = ['userName', 'externalId', 'email', 'displayName'] as const;
  return (
    write.password === null &&
    (write.role === null || write.role === user.role) &&
    (write.isActive === user.isActive || user.status === 'suspended') &&
    members.every((member) => write[member] === user[member]) &&
    isSame(write.profile, { ...user.profile, emails: user.profile['emails'] ?? [] })
  );
}

function groupsOf({ groups }: DirectoryUser): ScimObject {
  if (groups === null || groups.length === 0) return {};
  return {
    groups: groups.map(({ id, displayName, isDirect }) => ({
      value: id,
      display: displayName,
      type: isDirect ? 'direct' : 'indirect',
    })),
  };
}

/**
 * Returns the account's address: the primary address, otherwise a work address, otherwise the first address, otherwise the user name if it
 * is an address.
 */
function addressOf(resource: ScimObject): string | null {
  const emails = listOf(resource['emails']).filter((one): one is ScimObject => isObject(one));
  const inOrder = [...emails.filter(isPrimary), ...emails.filter(({ type }) => type === 'work'), ...emails];
  const candidates = emails.length === 0 ? [resource['userName']] : inOrder.map(({ value }) => value);
  return candidates.map((value) => textOf(value)).find((text) => emailSchema.safeParse(text).success) ?? null;
}

/** Returns the display name as sent. If no display name was ever sent, it is derived from the other names and updated with them. */
function displayNameOf(resource: ScimObject, current: DirectoryUser | null): string {
  const said = textOf(resource['displayName'])?.trim();
  const isMade =
    current !== null && resource['name'] !== undefined && current.displayName === madeName(toScimUser(current));
  if (said !== undefined && said !== '' && !(isMade && said === current.displayName)) {
    assertName('displayName', said, MAX_NAME_CHARS);
    return said;
  }
  return madeName(resource);
}

function madeName(resource: ScimObject): string {
  const name = isObject(resource['name']) ? resource['name'] : {};
  const parts = [name['givenName'], name['familyName']].flatMap((part) => textOf(part)?.trim() ?? []);
  const made = textOf(name['formatted'])?.trim() ?? parts.filter((part) => part !== '').join(' ');
  const line = (made === '' ? (textOf(resource['userName']) ?? '') : made)
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();
  return [...line].slice(0, MAX_NAME_CHARS).join('');
}

/** Returns the account's role, which is the highest role in `roles`; `null` if `roles` is unchanged. */
function roleOf(resource: ScimObject, current: DirectoryUser | null): UserRole | null {
  const named = rolesIn(resource['roles']);
  const before = current === null ? [] : rolesIn((current.profile as ScimObject)['roles']);
  if (isSame(named, before)) return null;
  return named[0] ?? 'member';
}

function rolesIn(value: ScimValue | undefined): readonly UserRole[] {
  const values = listOf(value).map((one) => (isObject(one) ? roleName(textOf(one['value']) ?? '').toLowerCase() : ''));
  return USER_ROLES.filter((role) => values.includes(role));
}

/** Returns the role, even if Entra ID writes a whole app role into `value`: `{"id":"…","value":"admin","displayName":"…"}`. */
function roleName(text: string): string {
  if (!text.startsWith('{')) return text;
  try {
    const role: unknown = JSON.parse(text);
    return isObject(role) && typeof role['value'] === 'string' ? role['value'] : text;
  } catch {
    return text;
  }
}

function listOf(value: ScimValue | undefined): readonly ScimValue[] {
  return Array.isArray(value) ? (value as readonly ScimValue[]) : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Checks that a name is one line and not too long. Errors: `invalidValue`. */
export function assertName(member: string, name: string, maxChars: number = MAX_NAME_CHARS): void {
  if (name.trim() !== '' && name.length <= maxChars && ONE_LINE.test(name)) return;
  throw new ScimError('invalidValue', `"${member}" must be one line of at most ${maxChars} characters.`, {
    fields: [{ pointer: `/${member}`, code: 'invalid_format', message: 'It must be one line.' }],
  });
}

/** Checks the size of a profile, regardless of how it was composed and how many requests that took. Errors: `invalidValue`. */
export function bounded(profile: ScimObject): ScimObject {
  if (Buffer.byteLength(JSON.stringify(profile)) <= MAX_PROFILE_BYTES) return profile;
  throw new ScimError('invalidValue', `A resource can have at most ${MAX_PROFILE_BYTES / 1024} KiB.`);
}

/** Returns the URNs of a resource's schemas. */
export function schemasOf(core: string, extensions: readonly string[], resource: ScimObject): readonly string[] {
  return [core, ...extensions.filter((urn) => resource[urn] !== undefined)];
}

const BODY_OF_SDKS = { schemas: [USER_URN] };

/**
 * Converts the body that existing SDKs post (wire contract §4.1): `email` instead of `emails`, and no `schemas`. Returns any other body
 * unchanged.
 */
export function standardBody(body: unknown): unknown {
  if (!isObject(body) || 'schemas' in body || typeof body['email'] !== 'string') return body;
  const { email, ...rest } = body;
  return { ...BODY_OF_SDKS, ...rest, emails: [{ value: email, primary: true }] };
}
