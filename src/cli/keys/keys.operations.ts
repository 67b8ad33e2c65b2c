import { body, endsNow, query } from '../operations/field';
import type { Operation } from '../operations/operation';

const read = ['credentials.read'];
const write = ['credentials.write'];
const COLUMNS = ['id', 'name', 'keyPrefix', 'scopes', 'status', 'expiresAt', 'lastUsedAt'];
const ONE = [...COLUMNS, 'ownerType', 'ownerId', 'appId', 'previousValidUntil', 'revokedAt', 'createdAt', 'createdBy'];

/** Returns the scopes of a new key. The token that creates the key must have them. */
const keyScopes = ({ scopes }: Readonly<Record<string, unknown>>): readonly string[] =>
  Array.isArray(scopes) ? scopes.map(String) : [];

/** `coresdk keys …` for API keys, and `coresdk signing-keys …` for the keys that sign access tokens. */
export const keysOperations: readonly Operation[] = [
  {
    name: 'keys list',
    summary: 'List API keys: your own keys, or all keys of the tenant if you are an administrator',
    call: 'GET /v1/credentials',
    scopes: read,
    fields: [
      query.text('status', 'status of the keys', { words: ['active', 'revoked', 'expired'] }),
      query.text('ownerId', 'only keys of this user or app', { option: 'owner' }),
      query.text('sort', 'createdAt or name; a leading - reverses the order'),
    ],
    list: 'pages',
    columns: COLUMNS,
    examples: ['keys list --status active'],
  },
  {
    name: 'keys get',
    summary: 'Show the metadata of an API key, without the key itself',
    call: 'GET /v1/credentials/{id}',
    scopes: read,
    columns: ONE,
    examples: ['keys get crd-01j…'],
  },
  {
    name: 'keys create',
    summary: 'Create an API key, which is shown only once',
    call: 'POST /v1/credentials',
    scopes: write,
    alsoScopes: keyScopes,
    fields: [
      body.text('name', 'purpose of the key', { isArgument: true }),
      body.list('scopes', 'scopes of the key, a subset of your own scopes', { option: 'scope', isRequired: true }),
      body.text('expiresAt', 'expiry, such as 2099-01-01T00:00:00Z; by default, the key does not expire'),
    ],
    columns: ['id', 'name', 'scopes', 'expiresAt'],
    secret: 'key',
    examples: ['keys create CI --scope projects.read --expires-at 2099-01-01T00:00:00Z --only key'],
  },
  {
    name: 'keys rotate',
    summary: 'Rotate an API key; the new key is shown only once, and the old one stays valid for a while',
    call: 'POST /v1/credentials/{id}/rotate',
    scopes: write,
    alsoScopes: keyScopes,
    looksAt: { path: '/v1/credentials/{id}', scopes: read },
    fields: [
      body.number('overlapSeconds', 'seconds that the old key stays valid (86400); 0 invalidates it now', {
        option: 'overlap',
      }),
    ],
    columns: ['id', 'name', 'scopes', 'expiresAt', 'previousValidUntil'],
    secret: 'key',
    danger: 'Invalidate the old key {id} immediately?',
    isDangerous: endsNow,
    examples: ['keys rotate crd-01j… --overlap 3600 --only key', 'keys rotate crd-01j… --overlap 0 --yes'],
  },
  {
    name: 'keys revoke',
    summary: 'Revoke an API key and every token issued for it',
    call: 'POST /v1/credentials/{id}/revoke',
    scopes: write,
    columns: ['id', 'name', 'status', 'revokedAt'],
    danger: 'Revoke {id} and every token issued for it?',
    examples: ['keys revoke crd-01j… --yes'],
  },
  {
    name: 'signing-keys list',
    summary: 'List the keys that sign access tokens, with their states and times',
    call: 'GET /api/v1/keys',
    scopes: ['platform.admin'],
    list: 'whole',
    columns: ['kid', 'alg', 'status', 'createdAt', 'signsFrom', 'retiredAt', 'publishedUntil'],
    examples: ['signing-keys list'],
  },
  {
    name: 'signing-keys rotate',
    summary: 'Rotate the signing key: the next published key takes over, or a new key in an emergency',
    call: 'POST /api/v1/keys/rotate',
    scopes: ['platform.admin'],
    fields: [body.switch('emergency', 'a new key signs immediately and all issued tokens become invalid')],
    columns: ['kid', 'nextKid', 'removedKids', 'emergency', 'notice'],
    danger: 'Invalidate every issued token of every tenant?',
    isDangerous: ({ emergency }) => emergency === true,
    examples: ['signing-keys rotate', 'signing-keys rotate --emergency --yes'],
  },
];
