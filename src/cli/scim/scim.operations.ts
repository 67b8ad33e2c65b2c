import { body, endsNow, TENANT } from '../operations/field';
import type { Operation } from '../operations/operation';

const scopes = ['admin'];
const CONNECTIONS = '/api/v1/scim-connections';
const EXTENSIONS = '/api/v1/scim-extensions';
const COLUMNS = ['id', 'name', 'preset', 'clientId', 'enabled', 'createdAt'];
const ONE = [...COLUMNS, 'tokens', 'version', 'updatedAt'];
const EXTENSION = ['urn', 'resource', 'name', 'description', 'version', 'updatedAt'];
const preset = body.text('preset', 'dialect of the identity provider', {
  words: ['rfc', 'okta', 'entra', 'entra-legacy'],
});
const clientId = body.text('clientId', 'app whose tokens the identity provider uses instead', { option: 'app' });
const expiresInDays = body.number('expiresInDays', 'lifetime of the token in days');

/** `coresdk scim-connections …` and `coresdk scim-extensions …` */
export const scimOperations: readonly Operation[] = [
  {
    name: 'scim-connections list',
    summary: 'List the connections to identity providers',
    call: `GET ${CONNECTIONS}`,
    scopes,
    fields: [TENANT],
    list: 'pages',
    columns: COLUMNS,
    examples: ['scim-connections list'],
  },
  {
    name: 'scim-connections get',
    summary: 'Show a connection, without its tokens',
    call: `GET ${CONNECTIONS}/{id}`,
    scopes,
    fields: [TENANT],
    columns: ONE,
    examples: ['scim-connections get scc-01j…'],
  },
  {
    name: 'scim-connections create',
    summary: 'Connect an identity provider; its token is shown only once',
    call: `POST ${CONNECTIONS}`,
    scopes,
    fields: [body.text('name', 'display name', { isArgument: true }), preset, clientId, expiresInDays, TENANT],
    columns: ONE,
    secret: 'token',
    examples: ['scim-connections create Okta --preset okta --only token'],
  },
  {
    name: 'scim-connections update',
    summary: 'Change, turn off or turn on a connection',
    call: `PATCH ${CONNECTIONS}/{id}`,
    changes: `${CONNECTIONS}/{id}`,
    scopes,
    fields: [
      body.text('name', 'display name'),
      preset,
      clientId,
      body.truth('enabled', 'false refuses its tokens'),
      TENANT,
    ],
    columns: ONE,
    examples: ['scim-connections update scc-01j… --enabled false'],
  },
  {
    name: 'scim-connections delete',
    summary: 'Delete a connection; the users and groups that it created stay',
    call: `DELETE ${CONNECTIONS}/{id}`,
    changes: `${CONNECTIONS}/{id}`,
    scopes,
    fields: [TENANT],
    columns: [],
    danger: 'Delete the connection {id}? Its tokens become invalid.',
    done: '{id} is deleted.',
    examples: ['scim-connections delete scc-01j… --yes'],
  },
  {
    name: 'scim-connections rotate',
    summary: 'Give a connection a new token, which is shown only once',
    call: `POST ${CONNECTIONS}/{id}/rotate`,
    scopes,
    fields: [
      body.number('overlapSeconds', 'seconds that the old token stays valid', { option: 'overlap' }),
      expiresInDays,
      TENANT,
    ],
    columns: ['id', 'name', 'tokens'],
    secret: 'token',
    danger: 'Invalidate the old token of {id} immediately?',
    isDangerous: endsNow,
    examples: [
      'scim-connections rotate scc-01j… --overlap 3600 --only token',
      'scim-connections rotate scc-01j… --overlap 0 --yes',
    ],
  },
  {
    name: 'scim-extensions list',
    summary: 'List the extensions of SCIM schemas',
    call: `GET ${EXTENSIONS}`,
    scopes,
    fields: [TENANT],
    list: 'whole',
    columns: EXTENSION,
    examples: ['scim-extensions list'],
  },
  {
    name: 'scim-extensions get',
    summary: 'Show an extension with its attributes',
    call: `GET ${EXTENSIONS}/{urn}`,
    scopes,
    fields: [TENANT],
    columns: [...EXTENSION, 'attributes'],
    examples: ['scim-extensions get urn:example:hr:1.0:User'],
  },
  {
    name: 'scim-extensions set',
    summary: 'Create or replace an extension',
    call: `PUT ${EXTENSIONS}/{urn}`,
    changes: `${EXTENSIONS}/{urn}`,
    scopes,
    fields: [
      body.text('resource', 'resource that it extends', { words: ['User', 'Group'], isRequired: true }),
      body.text('name', 'display name', { isRequired: true }),
      body.text('description', 'description'),
      body.json('attributes', 'attributes, as in RFC 7643 §7', { isRequired: true }),
      TENANT,
    ],
    columns: [...EXTENSION, 'attributes'],
    examples: ['scim-extensions set urn:example:hr:1.0:User --body-file extension.json'],
  },
  {
    name: 'scim-extensions delete',
    summary: 'Delete an extension; its values are no longer shown',
    call: `DELETE ${EXTENSIONS}/{urn}`,
    changes: `${EXTENSIONS}/{urn}`,
    scopes,
    fields: [TENANT],
    columns: [],
    danger: 'Delete the extension {urn}?',
    done: '{urn} is deleted.',
    examples: ['scim-extensions delete urn:example:hr:1.0:User --yes'],
  },
];
