import { body, TENANT } from '../operations/field';
import type { Operation } from '../operations/operation';

const scopes = ['admin'];
const platform = ['platform.admin'];
const LICENSE_PATH = '/api/v1/entitlements/licence';
const OVERRIDES = '/api/v1/entitlements/overrides';
const PLANS = '/api/v1/entitlements/plans';
const ENTITLEMENT = ['key', 'entitled', 'limit', 'expiresAt', 'source', 'reason'];
const LICENSE = ['plan', 'expiresAt', 'note', 'version', 'updatedAt'];
const OVERRIDE = ['key', 'entitled', 'limit', 'expiresAt', 'note', 'version', 'updatedAt'];
const PLAN = ['name', 'description', 'features', 'limits', 'version', 'updatedAt'];
const expiresAt = body.text('expiresAt', 'time when it ends, such as 2027-01-01T00:00:00Z', { option: 'expires' });
const note = body.text('note', 'note for administrators');

/** `coresdk entitlements …`: what a tenant can use; and `coresdk plans …`: the plans of the installation. */
export const entitlementsOperations: readonly Operation[] = [
  {
    name: 'entitlements list',
    summary: 'List what a tenant can use, from its plan and overrides',
    call: 'GET /api/v1/entitlements',
    scopes,
    fields: [TENANT],
    list: 'whole',
    columns: ENTITLEMENT,
    examples: ['entitlements list', 'entitlements list --tenant acme --json'],
  },
  {
    name: 'entitlements get',
    summary: 'Show whether a tenant can use a feature, or its limit',
    call: 'GET /api/v1/entitlements/keys/{key}',
    scopes,
    fields: [TENANT],
    columns: ENTITLEMENT,
    examples: ['entitlements get files.bytes --only limit'],
  },
  {
    name: 'entitlements license',
    summary: 'Show the license of a tenant',
    call: `GET ${LICENSE_PATH}`,
    scopes,
    fields: [TENANT],
    columns: LICENSE,
    examples: ['entitlements license --tenant acme'],
  },
  {
    name: 'entitlements set-license',
    summary: 'Give a tenant a license: a different plan, or an end of its plan',
    call: `PUT ${LICENSE_PATH}`,
    changes: LICENSE_PATH,
    scopes: [...scopes, ...platform],
    fields: [body.text('plan', 'name of the plan', { isArgument: true }), expiresAt, note, TENANT],
    columns: LICENSE,
    examples: ['entitlements set-license pro --tenant acme --expires 2027-01-01T00:00:00Z'],
  },
  {
    name: 'entitlements delete-license',
    summary: 'Delete a license; the plan with which the tenant was created applies again',
    call: `DELETE ${LICENSE_PATH}`,
    changes: LICENSE_PATH,
    scopes: [...scopes, ...platform],
    fields: [TENANT],
    columns: [],
    danger: 'Delete the license of the tenant?',
    done: 'The license is deleted.',
    examples: ['entitlements delete-license --tenant acme --yes'],
  },
  {
    name: 'entitlements overrides',
    summary: 'List the exceptions of a tenant from its plan, by key',
    call: `GET ${OVERRIDES}`,
    scopes,
    fields: [TENANT],
    list: 'pages',
    columns: OVERRIDE,
    examples: ['entitlements overrides --tenant acme'],
  },
  {
    name: 'entitlements get-override',
    summary: 'Show an exception',
    call: `GET ${OVERRIDES}/{key}`,
    scopes,
    fields: [TENANT],
    columns: OVERRIDE,
    examples: ['entitlements get-override files.bytes --tenant acme'],
  },
  {
    name: 'entitlements set-override',
    summary: 'Grant or deny a tenant an entitlement regardless of its plan',
    call: `PUT ${OVERRIDES}/{key}`,
    changes: `${OVERRIDES}/{key}`,
    scopes: [...scopes, ...platform],
    fields: [
      body.truth('entitled', 'true grants it'),
      body.number('limit', 'limit instead of that of the plan', { option: 'quota' }),
      expiresAt,
      note,
      TENANT,
    ],
    columns: OVERRIDE,
    examples: ['entitlements set-override sso --tenant acme --entitled true --expires 2027-01-01T00:00:00Z'],
  },
  {
    name: 'entitlements delete-override',
    summary: 'Delete an exception; the plan applies again',
    call: `DELETE ${OVERRIDES}/{key}`,
    changes: `${OVERRIDES}/{key}`,
    scopes: [...scopes, ...platform],
    fields: [TENANT],
    columns: [],
    danger: 'Delete the exception {key}?',
    done: '{key} follows the plan again.',
    examples: ['entitlements delete-override sso --tenant acme --yes'],
  },
  {
    name: 'plans list',
    summary: 'List plans, by name',
    call: `GET ${PLANS}`,
    scopes: platform,
    list: 'pages',
    columns: PLAN,
    examples: ['plans list'],
  },
  {
    name: 'plans get',
    summary: 'Show a plan',
    call: `GET ${PLANS}/{name}`,
    scopes: platform,
    columns: PLAN,
    examples: ['plans get pro'],
  },
  {
    name: 'plans set',
    summary: 'Add or replace a plan; it applies to its tenants immediately',
    call: `PUT ${PLANS}/{name}`,
    changes: `${PLANS}/{name}`,
    scopes: platform,
    fields: [
      body.text('description', 'description'),
      body.list('features', 'features that the plan includes', { option: 'feature' }),
      body.json('limits', `limits, such as {"files.bytes":1000000}; null is unlimited`),
    ],
    columns: PLAN,
    danger: 'Set the plan {name} for all its tenants?',
    examples: [`plans set team --feature sso --limits '{"files.bytes":1000000}' --yes`],
  },
  {
    name: 'plans delete',
    summary: 'Delete a plan that no license uses',
    call: `DELETE ${PLANS}/{name}`,
    changes: `${PLANS}/{name}`,
    scopes: platform,
    columns: [],
    danger: 'Delete the plan {name}?',
    done: '{name} is deleted.',
    examples: ['plans delete team --yes'],
  },
];
