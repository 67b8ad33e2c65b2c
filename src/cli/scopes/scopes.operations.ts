import { body, TENANT } from '../operations/field';
import type { Operation } from '../operations/operation';

const scopes = ['admin'];
const REGISTRATION = '/v1/oauth/client-registration';
const SCOPE = ['name', 'description', 'resource', 'custom', 'created_at'];
const SETTING = ['enabled', 'updatedAt', 'updatedBy'];
const TOKEN = ['id', 'name', 'scopes', 'maxUses', 'uses', 'expiresAt', 'createdAt'];

/** `coresdk scopes …`: scopes that apps can declare; and `coresdk client-registration …`: apps that register themselves. */
export const scopesOperations: readonly Operation[] = [
  {
    name: 'scopes list',
    summary: 'List the scopes that apps can declare',
    call: 'GET /api/v1/scopes',
    scopes,
    fields: [TENANT],
    list: 'pages',
    columns: SCOPE,
    examples: ['scopes list --all --only name'],
  },
  {
    name: 'scopes create',
    summary: 'Create a scope of your own, which the consent page shows',
    call: 'POST /api/v1/scopes',
    scopes,
    fields: [
      body.text('name', 'name, such as invoices.read', { isArgument: true }),
      body.text('description', 'description for people', { isRequired: true }),
      body.text('resource', 'URI of the resource'),
      TENANT,
    ],
    columns: SCOPE,
    examples: ["scopes create invoices.read --description 'Read your invoices'"],
  },
  {
    name: 'scopes delete',
    summary: 'Delete a scope of your own',
    call: 'DELETE /api/v1/scopes/{name}',
    scopes,
    fields: [TENANT],
    columns: [],
    danger: 'Delete the scope {name}?',
    done: '{name} is deleted.',
    examples: ['scopes delete invoices.read --yes'],
  },
  {
    name: 'client-registration get',
    summary: 'Show whether apps can register themselves',
    call: `GET ${REGISTRATION}`,
    scopes,
    fields: [TENANT],
    columns: SETTING,
    examples: ['client-registration get --only enabled'],
  },
  {
    name: 'client-registration set',
    summary: 'Allow or forbid apps to register themselves with an initial access token',
    call: `PUT ${REGISTRATION}`,
    scopes,
    fields: [body.truth('enabled', 'true allows it', { isRequired: true }), TENANT],
    columns: SETTING,
    examples: ['client-registration set --enabled true'],
  },
  {
    name: 'client-registration tokens',
    summary: 'List initial access tokens',
    call: `GET ${REGISTRATION}/tokens`,
    scopes,
    fields: [TENANT],
    list: 'pages',
    columns: TOKEN,
    examples: ['client-registration tokens'],
  },
  {
    name: 'client-registration create-token',
    summary: 'Create an initial access token, which is shown only once',
    call: `POST ${REGISTRATION}/tokens`,
    scopes,
    fields: [
      body.text('name', 'display name', { isArgument: true }),
      body.list('scopes', 'scopes that the apps can declare', { option: 'scope' }),
      body.number('maxUses', 'number of apps that can register with it'),
      body.number('expiresInDays', 'lifetime in days'),
      TENANT,
    ],
    columns: TOKEN,
    secret: 'token',
    examples: ['client-registration create-token Partners --scope projects.read --max-uses 5 --only token'],
  },
  {
    name: 'client-registration delete-token',
    summary: 'Delete an initial access token; apps that registered with it stay',
    call: `DELETE ${REGISTRATION}/tokens/{id}`,
    scopes,
    fields: [TENANT],
    columns: [],
    danger: 'Delete the initial access token {id}?',
    done: '{id} is deleted.',
    examples: ['client-registration delete-token iat-01j… --yes'],
  },
];
