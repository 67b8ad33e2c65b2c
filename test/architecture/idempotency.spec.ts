import { readFileSync } from 'node:fs';
import { openApiFile } from '../../src/roles/openapi/openapi';

const SCIM = 'RFC 7644 §3.3: the response to a second resource with the same name is 409.';

/** POST operations that do not accept an `Idempotency-Key`, as `role path`, with the reason for each. */
const WITHOUT_KEY: Readonly<Record<string, string>> = {
  ...ofBoth('/oauth/authorize', 'A browser page, protected by its own form.'),
  ...ofBoth('/oauth/consent', 'A browser form that is valid once.'),
  ...ofBoth('/oauth/console', 'A browser form for signing in.'),
  'backend /console/jobs/{id}/cancel': 'A browser form; an ended job stays ended.',
  'backend /console/jobs/{id}/requeue': 'A browser form; a repeated request creates only one new job.',
  ...ofBoth('/oauth/connections/callback', 'The response of an identity provider, which is valid once.'),
  ...ofBoth('/oauth/connections/link', 'A browser form; the identity is linked once.'),
  ...ofBoth('/oauth/password', 'A browser form that is valid once.'),
  ...ofBoth('/oauth/email', 'A browser form; a link changes the address once.'),
  ...ofBoth('/oauth/sign-up', 'A browser form; a link creates one account.'),
  ...ofBoth('/account', 'A browser form; each change names its target.'),
  ...ofBoth('/account/factors', 'A browser form; a challenge or a code is accepted once.'),
  ...ofBoth('/oauth/second-factor', 'A browser form; a challenge or a code is accepted once.'),
  ...ofBoth('/oauth/sign-in', 'A browser form that is valid once.'),
  ...ofBoth('/scim/v2/Users', SCIM),
  ...ofBoth('/scim/v2/Groups', SCIM),
  ...ofBoth('/scim/v2/Users/.search', 'It only reads.'),
  ...ofBoth('/scim/v2/Groups/.search', 'It only reads.'),
  ...ofBoth('/scim/v2/.search', 'It only reads.'),
  ...ofBoth('/scim/v2/Bulk', SCIM),
  'backend /v1/oauth/token': 'rest.md §1; codes and refresh tokens are valid once.',
  'backend /v1/oauth/introspect': 'rest.md §1: it only reads.',
  'backend /v1/oauth/revoke': 'rest.md §1: a revoked token stays revoked.',
  'backend /v1/oauth/logout': 'A browser form; a signed-out user stays signed out.',
  'backend /v1/oauth/register': 'RFC 7591 defines no such key; the token limits the number of apps.',
  'backend /v1/oauth/userinfo': 'It only reads.',
  'control-plane /oauth/token': 'rest.md §1; codes and refresh tokens are valid once.',
  'control-plane /oauth/introspect': 'rest.md §1: it only reads.',
  'control-plane /oauth/revoke': 'rest.md §1: a revoked token stays revoked.',
  'control-plane /oauth/logout': 'A browser form; a signed-out user stays signed out.',
  'control-plane /oauth/register': 'RFC 7591 defines no such key; the token limits the number of apps.',
  'control-plane /oauth/userinfo': 'It only reads.',
  'control-plane /auth/login': 'It returns a token, as the token endpoint does.',
  'control-plane /api/v1/auth/validate': 'It only reads.',
  'backend /ofrep/v1/evaluate/flags': 'It only reads.',
  'backend /ofrep/v1/evaluate/flags/{key}': 'It only reads.',
  'backend /v1/authorize': 'It only reads.',
  'backend /v1/flags/evaluate': 'rest.md §1: it only reads.',
  'backend /v1/flags/evaluate-all': 'rest.md §1: it only reads.',
  'backend /v1/masking/mask': 'rest.md §1: the same input always gives the same output.',
  'backend /v1/masking/mask-string': 'rest.md §1: the same input always gives the same output.',
  'backend /v1/masking/detokenise': 'It only reads, and each read is recorded.',
  'backend /v1/secrets/resolve': 'rest.md §1: it only reads, and each read is recorded.',
  'backend /v1/token-claims/try': 'It only reads.',
  'control-plane /api/v1/token-claims/try': 'It only reads.',
  'backend /v1/files/uploads':
    'tus 1.0 defines its own mechanism: if a client starts two uploads, it finishes one and the other expires.',
  'backend /v1/users/invitations/{token}/accept': 'Its caller has no account yet, and the token is valid once.',
  'backend /mcp': 'The protocol defines its own ids.',
  'backend /v1/workflows/hooks/{id}': 'Its `webhook-id` is the key.',
  'backend /v1/connections/{id}/check': 'It only reads.',
  'control-plane /api/v1/connections/{id}/check': 'It only reads.',
  'backend /v1/workflows/validate': 'It only reads.',
  'backend /v1/webhooks/{id}/test': 'Each request must send an event and does not store anything.',
  'control-plane /api/v1/managed-objects/release': 'A repetition finds nothing more to release.',
  'control-plane /api/v1/policy/evaluate': 'It only reads.',
  'control-plane /api/v1/tenants/{id}/policy/dry-run': 'It only reads.',
  'control-plane /api/v1/tenants/{id}/export':
    'It does not change anything; the response contains all data of a tenant and is not stored.',
};

function ofBoth(path: string, reason: string): Readonly<Record<string, string>> {
  return { [`backend ${path}`]: reason, [`control-plane ${path}`]: reason };
}

interface Operation {
  readonly parameters?: readonly { readonly name: string }[];
}

const operations = (['backend', 'control-plane'] as const).flatMap((role) => {
  const { paths } = JSON.parse(readFileSync(openApiFile(role), 'utf8')) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [] }]) => ({
      method,
      name: `${role} ${path}`,
      isKeyed: parameters.some(({ name }) => name === 'Idempotency-Key'),
    })),
  );
});
const posts = operations.filter(({ method }) => method === 'post');

describe('an Idempotency-Key', () => {
  it('is accepted by every POST of the OpenAPI documents, except those with a documented reason', () => {
    expect(posts.length).toBeGreaterThan(80);
    const without = posts.filter(({ isKeyed }) => !isKeyed).map(({ name }) => name);
    expect(without.sort()).toEqual(Object.keys(WITHOUT_KEY).sort());
  });

  it('is for POST only: requests with other methods can be repeated (RFC 9110 §9.2.2)', () => {
    expect(operations.filter(({ method, isKeyed }) => isKeyed && method !== 'post')).toEqual([]);
  });
});
