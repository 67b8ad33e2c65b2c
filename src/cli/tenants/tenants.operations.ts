import { body, query } from '../operations/field';
import type { Operation } from '../operations/operation';

const scopes = ['platform.admin'];
const TENANTS = '/api/v1/tenants';
const COLUMNS = ['id', 'slug', 'name', 'plan', 'status', 'createdAt'];
const ONE = [...COLUMNS, 'updatedAt', 'eraseAfter', 'logoUri', 'color', 'settings'];
const plan = body.text('plan', 'what it has bought', { words: ['free', 'pro', 'enterprise'] });
const LOOKS = [
  plan,
  body.text('logoUri', 'address of its logo'),
  body.text('color', 'of its pages, as #RRGGBB'),
  body.json('settings', 'its settings, all of them'),
];

/** `coresdk tenants …` but for export and import. */
export const tenantsOperations: readonly Operation[] = [
  {
    name: 'tenants list',
    summary: 'List tenants, oldest first',
    call: `GET ${TENANTS}`,
    scopes,
    list: 'pages',
    columns: COLUMNS,
    examples: ['tenants list --all'],
  },
  {
    name: 'tenants get',
    summary: 'Show a tenant, named by id or slug',
    call: `GET ${TENANTS}/{id}`,
    scopes,
    columns: ONE,
    examples: ['tenants get acme'],
  },
  {
    name: 'tenants create',
    summary: 'Create a tenant',
    call: `POST ${TENANTS}`,
    scopes,
    fields: [
      body.text('slug', 'its name in addresses, for ever', { isArgument: true }),
      body.text('name', 'what people see it called by', { isRequired: true }),
      ...LOOKS,
    ],
    columns: ONE,
    examples: ["tenants create acme --name 'Acme Inc.' --plan pro"],
  },
  {
    name: 'tenants update',
    summary: 'Change a tenant',
    call: `PATCH ${TENANTS}/{id}`,
    scopes,
    fields: [body.text('name', 'what people see it called by'), ...LOOKS],
    columns: ONE,
    examples: ['tenants update acme --plan enterprise'],
  },
  {
    name: 'tenants suspend',
    summary: 'Suspend a tenant: all its tokens are refused',
    call: `POST ${TENANTS}/{id}/suspend`,
    scopes,
    columns: COLUMNS,
    danger: 'Suspend {id}, and refuse all its tokens?',
    examples: ['tenants suspend acme --yes'],
  },
  {
    name: 'tenants activate',
    summary: 'Activate a tenant that is suspended, or waits for its deletion',
    call: `POST ${TENANTS}/{id}/activate`,
    scopes,
    columns: COLUMNS,
    examples: ['tenants activate acme'],
  },
  {
    name: 'tenants delete',
    summary: 'Delete a tenant: its tokens are refused now, its rows are erased when its grace is over',
    call: `DELETE ${TENANTS}/{id}`,
    scopes,
    fields: [
      query.text('confirm', 'slug of the tenant, once more', { isRequired: true }),
      query.number(
        'graceSeconds',
        'how long it can be activated again; TENANT_DELETION_GRACE_DAYS without, 0: no time',
        {
          option: 'grace',
        },
      ),
    ],
    columns: ONE,
    danger: 'Delete {id} with all that it has?',
    examples: ['tenants delete acme --confirm acme --yes'],
  },
  {
    name: 'tenants erasures',
    summary: 'List tenants that were erased or are being',
    call: 'GET /api/v1/tenant-erasures',
    scopes,
    list: 'pages',
    columns: ['id', 'tenantId', 'slug', 'status', 'startedAt', 'finishedAt'],
    examples: ['tenants erasures --json'],
  },
  {
    name: 'tenants isolation',
    summary: 'Try the walls around a tenant, now',
    call: `GET ${TENANTS}/{id}/isolation`,
    scopes,
    columns: ['tenantId', 'isolated', 'checkedAt'],
    examples: ['tenants isolation acme --only isolated'],
  },
];
