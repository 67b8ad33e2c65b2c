/** A scope token without wildcards or the characters that RFC 6749 §3.3 excludes. */
export const SCOPE_NAME = /^[\x21\x23-\x29\x2B-\x5B\x5D-\x7E]{1,128}$/;

/** Scopes that only an administrator can grant. Only the bootstrap and the command line grant `platform.admin` (rest.md §2). */
const RESERVED_SCOPES = ['platform.admin', 'admin', 'scim', 'introspect'] as const;

/** The scope that a resource server declares to introspect access tokens of its tenant's other apps (RFC 7662 §2.1). */
export const INTROSPECT_SCOPE = 'introspect' satisfies (typeof RESERVED_SCOPES)[number];

const FAMILIES = [
  'skills',
  'workflows',
  'jobs',
  'projects',
  'users',
  'files',
  'secrets',
  'flags',
  'audit',
  'credentials',
  'groups',
  'events',
  'webhooks',
  'sessions',
];

const SPECIAL: readonly (readonly [string, string])[] = [
  ['skills.run', 'Run skills'],
  ['masking.mask', 'Mask personal data'],
  ['masking.detokenise', 'Replace masking tokens with the original values'],
];

/** The scopes of the platform's own APIs (rest.md §3), which every tenant has, with their descriptions for the consent page. */
export const PLATFORM_SCOPES: ReadonlyMap<string, string> = new Map([
  ...FAMILIES.flatMap((family): [string, string][] => {
    const words = family.replaceAll('_', ' ');
    return [
      [`${family}.read`, `Read ${words}`],
      [`${family}.write`, `Create, change and delete ${words}`],
    ];
  }),
  ...SPECIAL,
]);

/** The supported scopes of OpenID Connect Core §5.4 and §11, with their descriptions for the consent page. They apply only to users. */
export const OIDC_SCOPES: ReadonlyMap<string, string> = new Map([
  ['openid', 'Identify you'],
  ['profile', 'See your name and picture'],
  ['email', 'See your email address'],
  ['offline_access', 'Keep this access when you are not using it'],
]);

/** Descriptions of the reserved scopes: the access that each scope gives to an app. */
export const RESERVED_SCOPE_WORDS: ReadonlyMap<string, string> = new Map([
  ['platform.admin', 'Administer the entire installation'],
  ['admin', 'Administer this organization'],
  ['scim', 'Manage users and groups'],
  [INTROSPECT_SCOPE, 'Inspect the tokens of other apps'],
]);

/** Returns whether only an administrator can grant a scope to an app. */
export function isReserved(scope: string): boolean {
  return RESERVED_SCOPES.some((reserved) => reserved === scope);
}

/** Returns whether a scope is the platform's own, which every tenant has. */
export function isBuiltIn(scope: string): boolean {
  return PLATFORM_SCOPES.has(scope) || OIDC_SCOPES.has(scope) || isReserved(scope);
}
