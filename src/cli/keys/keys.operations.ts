import { body, query } from '../operations/field';
import type { Operation } from '../operations/operation';

const read = ['credentials.read'];
const write = ['credentials.write'];
const COLUMNS = ['id', 'name', 'keyPrefix', 'scopes', 'status', 'expiresAt', 'lastUsedAt'];
const ONE = [...COLUMNS, 'ownerType', 'ownerId', 'appId', 'previousValidUntil', 'revokedAt', 'createdAt', 'createdBy'];

/** Returns the scopes of a new key, which the token that makes it must have. */
const keyScopes = ({ scopes }: Readonly<Record<string, unknown>>): readonly string[] =>
  Array.isArray(scopes) ? scopes.map(String) : [];

/** `coresdk keys …` for API keys, and `coresdk signing-keys …` for the keys that sign access tokens. */
export const keysOperations: readonly Operation[] = [
  {
    name: 'keys list',
    summary: 'List API keys: your own, or all of the tenant for an administrator',
    call: 'GET /v1/credentials',
    scopes: read,
    fields: [
      query.text('status', 'which', { words: ['active', 'revoked', 'expired'] }),
      query.text('ownerId', 'of this user or app', { option: 'owner' }),
      query.text('sort', 'createdAt or name; with - before it the other way round'),
    ],
    list: 'pages',
    columns: COLUMNS,
    examples: ['keys list --status active'],
  },
  {
    name: 'keys get',
    summary: 'Show an API key, without the key',
    call: 'GET /v1/credentials/{id}',
    scopes: read,
    columns: ONE,
    examples: ['keys get crd-01j…'],
  },
  {
    name: 'keys create',
    summary: 'Make an API key, which is shown this once',
    call: 'POST /v1/credentials',
    scopes: write,
    alsoScopes: keyScopes,
    fields: [
      body.text('name', 'what it is for', { isArgument: true }),
      body.list('scopes', 'what it may: of what you have yourself', { option: 'scope', isRequired: true }),
      body.text('expiresAt', 'when it ends, such as 2099-01-01T00:00:00Z; never without'),
    ],
    columns: ['id', 'name', 'scopes', 'expiresAt'],
    secret: 'key',
    examples: ['keys create CI --scope projects.read --expires-at 2099-01-01T00:00:00Z --only key'],
  },
  {
    name: 'keys rotate',
    summary: 'Make a new key for the same, which is shown this once; the one before stays good for a while',
    call: 'POST /v1/credentials/{id}/rotate',
    scopes: write,
    alsoScopes: keyScopes,
    looksAt: { path: '/v1/credentials/{id}', scopes: read },
    fields: [
      body.number('overlapSeconds', 'how long the key before stays good (86400); 0 ends it at once', {
        option: 'overlap',
      }),
    ],
    columns: ['id', 'name', 'scopes', 'expiresAt', 'previousValidUntil'],
    secret: 'key',
    examples: ['keys rotate crd-01j… --overlap 3600 --only key'],
  },
  {
    name: 'keys revoke',
    summary: 'End an API key, and every token made from it',
    call: 'POST /v1/credentials/{id}/revoke',
    scopes: write,
    columns: ['id', 'name', 'status', 'revokedAt'],
    danger: 'End {id}, and every token made from it?',
    examples: ['keys revoke crd-01j… --yes'],
  },
  {
    name: 'signing-keys list',
    summary: 'List the keys that access tokens are signed by, with their states and times',
    call: 'GET /api/v1/keys',
    scopes: ['platform.admin'],
    list: 'whole',
    columns: ['kid', 'alg', 'status', 'createdAt', 'signsFrom', 'retiredAt', 'publishedUntil'],
    examples: ['signing-keys list'],
  },
  {
    name: 'signing-keys rotate',
    summary: 'Rotate the signing key: the published next one signs from now on, in an emergency a fresh one',
    call: 'POST /api/v1/keys/rotate',
    scopes: ['platform.admin'],
    fields: [body.switch('emergency', 'a fresh key signs at once, and every token that is out is dead everywhere')],
    columns: ['kid', 'nextKid', 'removedKids', 'emergency', 'notice'],
    danger: 'End every token of every tenant that is out?',
    isDangerous: ({ emergency }) => emergency === true,
    examples: ['signing-keys rotate', 'signing-keys rotate --emergency --yes'],
  },
];
