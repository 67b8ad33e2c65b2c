import { readFileSync } from 'node:fs';
import { openApiFile } from '../../src/roles/openapi/openapi';

const SCIM = 'RFC 7644 §3.3: a second resource of the same name is 409.';

/** POSTs that take no `Idempotency-Key`, as `role path`, each with its reason. */
const WITHOUT_KEY: Readonly<Record<string, string>> = {
  ...ofBoth('/oauth/authorize', 'A page of a browser, held by its own form.'),
  ...ofBoth('/oauth/consent', 'A form of a browser, good for once.'),
  ...ofBoth('/oauth/console', 'A form of a browser, by which somebody signs in.'),
  'backend /console/jobs/{id}/cancel': 'A form of a browser; a job that has ended stays so.',
  'backend /console/jobs/{id}/requeue': 'A form of a browser; a job is tried again as one job.',
  ...ofBoth('/oauth/password', 'A form of a browser, good for once.'),
  ...ofBoth('/oauth/sign-in', 'A form of a browser, good for once.'),
  ...ofBoth('/scim/v2/Users', SCIM),
  ...ofBoth('/scim/v2/Groups', SCIM),
  ...ofBoth('/scim/v2/Users/.search', 'It asks.'),
  ...ofBoth('/scim/v2/Groups/.search', 'It asks.'),
  ...ofBoth('/scim/v2/.search', 'It asks.'),
  ...ofBoth('/scim/v2/Bulk', SCIM),
  'backend /v1/oauth/token': 'rest.md §1; codes and refresh tokens are good for once.',
  'backend /v1/oauth/introspect': 'rest.md §1: it asks.',
  'backend /v1/oauth/revoke': 'rest.md §1: a revoked token stays revoked.',
  'backend /v1/oauth/logout': 'A form of a browser; a user who is signed out stays so.',
  'backend /v1/oauth/register': 'RFC 7591 has none; the token is good for so many apps.',
  'backend /v1/oauth/userinfo': 'It asks.',
  'control-plane /oauth/token': 'rest.md §1; codes and refresh tokens are good for once.',
  'control-plane /oauth/introspect': 'rest.md §1: it asks.',
  'control-plane /oauth/revoke': 'rest.md §1: a revoked token stays revoked.',
  'control-plane /oauth/logout': 'A form of a browser; a user who is signed out stays so.',
  'control-plane /oauth/register': 'RFC 7591 has none; the token is good for so many apps.',
  'control-plane /oauth/userinfo': 'It asks.',
  'control-plane /auth/login': 'It answers with a token, as the token endpoint does.',
  'control-plane /api/v1/auth/validate': 'It asks.',
  'backend /ofrep/v1/evaluate/flags': 'It asks.',
  'backend /ofrep/v1/evaluate/flags/{key}': 'It asks.',
  'backend /v1/authorize': 'It asks.',
  'backend /v1/flags/evaluate': 'rest.md §1: it asks.',
  'backend /v1/flags/evaluate-all': 'rest.md §1: it asks.',
  'backend /v1/masking/mask': 'rest.md §1: the same comes of the same.',
  'backend /v1/masking/mask-string': 'rest.md §1: the same comes of the same.',
  'backend /v1/masking/detokenise': 'It asks, and each time is recorded.',
  'backend /v1/secrets/resolve': 'rest.md §1: it asks, and each time is recorded.',
  'backend /v1/files/uploads':
    'tus 1.0 has its own way: of two uploads that were started, one is finished and the other expires.',
  'backend /v1/users/invitations/{token}/accept': 'Its caller is nobody yet, and the token is good for once.',
  'backend /mcp': 'The protocol has ids of its own.',
  'backend /v1/workflows/hooks/{id}': 'Its `webhook-id` is the key.',
  'backend /v1/workflows/validate': 'It asks.',
  'backend /v1/webhooks/{id}/test': 'It is to be sent each time, and leaves nothing.',
  'control-plane /api/v1/policy/evaluate': 'It asks.',
  'control-plane /api/v1/tenants/{id}/policy/dry-run': 'It asks.',
  'control-plane /api/v1/tenants/{id}/export':
    'It changes nothing; what it answers is a tenant’s whole data, kept nowhere.',
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
