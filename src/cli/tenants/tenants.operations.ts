import { body, query, TENANT } from '../operations/field';
import type { Operation } from '../operations/operation';

const scopes = ['platform.admin'];
const TENANTS = '/api/v1/tenants';
const COLUMNS = ['id', 'slug', 'name', 'plan', 'status', 'createdAt'];
const ONE = [...COLUMNS, 'updatedAt', 'eraseAfter', 'logoUri', 'color', 'settings'];
const plan = body.text('plan', 'plan of the tenant', { words: ['free', 'pro', 'enterprise'] });
const LOOKS = [
  body.text('logoUri', 'URL of its logo'),
  body.text('color', 'color of its pages, as #RRGGBB'),
  body.json('settings', 'its settings; replaces all of them'),
];

/** `coresdk tenants …` except export and import. */
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
    summary: 'Show a tenant by ID or slug',
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
      body.text('slug', 'its permanent name in URLs', { isArgument: true }),
      body.text('name', 'display name', { isRequired: true }),
      plan,
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
    fields: [body.text('name', 'display name'), plan, ...LOOKS],
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
    summary: 'Activate a tenant that is suspended or awaits deletion',
    call: `POST ${TENANTS}/{id}/activate`,
    scopes,
    columns: COLUMNS,
    examples: ['tenants activate acme'],
  },
  {
    name: 'tenants delete',
    summary: 'Delete a tenant: tokens are refused now, rows are erased after a grace period',
    call: `DELETE ${TENANTS}/{id}`,
    scopes,
    fields: [
      query.text('confirm', 'slug of the tenant, to confirm', { isRequired: true }),
      query.number(
        'graceSeconds',
        'seconds during which it can be reactivated (TENANT_DELETION_GRACE_DAYS); 0 for no delay',
        {
          option: 'grace',
        },
      ),
    ],
    columns: ONE,
    danger: 'Delete {id} and all its data?',
    examples: ['tenants delete acme --confirm acme --yes'],
  },
  {
    name: 'tenants erasures',
    summary: 'List tenants that were erased or are being erased',
    call: 'GET /api/v1/tenant-erasures',
    scopes,
    list: 'pages',
    columns: ['id', 'tenantId', 'slug', 'status', 'startedAt', 'finishedAt'],
    examples: ['tenants erasures --json'],
  },
  {
    name: 'tenants isolation',
    summary: 'Test the isolation of a tenant now',
    call: `GET ${TENANTS}/{id}/isolation`,
    scopes,
    columns: ['tenantId', 'isolated', 'checkedAt'],
    examples: ['tenants isolation acme --only isolated'],
  },
  {
    name: 'tenants get-erasure',
    summary: 'Show the progress of an erasure, and its certificate',
    call: 'GET /api/v1/tenant-erasures/{erasureId}',
    scopes,
    columns: ['id', 'tenantId', 'slug', 'status', 'startedAt', 'finishedAt', 'tables', 'certificate'],
    examples: ['tenants get-erasure ers-01j… --json'],
  },
  {
    name: 'tenants current',
    summary: 'Show your own tenant',
    call: `GET ${TENANTS}/current`,
    scopes: ['admin'],
    fields: [TENANT],
    columns: ONE,
    examples: ['tenants current --only slug'],
  },
  {
    name: 'tenants update-current',
    summary: 'Change the name, the looks or the settings of your own tenant',
    call: `PATCH ${TENANTS}/current`,
    scopes: ['admin'],
    fields: [body.text('name', 'display name'), ...LOOKS, TENANT],
    columns: ONE,
    examples: ["tenants update-current --name 'Acme Corp.' --color '#112233'"],
  },
];
