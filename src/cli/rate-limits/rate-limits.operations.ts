import { body, TENANT } from '../operations/field';
import type { Operation } from '../operations/operation';

const scopes = ['admin'];
const platform = ['platform.admin'];
const LIMIT = '/api/v1/rate-limits/{name}';
const PLAN_LIMIT = '/api/v1/rate-limits/plans/{name}';
const COLUMNS = ['name', 'client', 'route', 'key', 'limit', 'windowSeconds', 'burst', 'shadow'];
const ONE = [...COLUMNS, 'perTenant', 'cost', 'concurrency', 'monthlyQuota', 'version', 'updatedAt'];
const SETTINGS = [
  body.number('limit', 'calls in each window', { option: 'calls', isRequired: true }),
  body.number('windowSeconds', 'length of the window in seconds', { option: 'window', isRequired: true }),
  body.text('client', 'only calls of this app'),
  body.text('route', 'only calls of this route, such as /v1/jobs'),
  body.text('key', 'only calls with this API key'),
  body.truth('perTenant', 'true counts all callers of the tenant together'),
  body.number('burst', 'calls that can arrive at once'),
  body.number('cost', 'calls that one call counts as'),
  body.truth('shadow', 'true only reports calls that would be refused'),
  body.json('concurrency', `limit on simultaneous calls, such as {"limit":5}`),
  body.number('monthlyQuota', 'calls in each month'),
];
const plan = body.text('plan', 'plan of the tenants', { words: ['free', 'pro', 'enterprise'], isRequired: true });

/** `coresdk rate-limits …` for a tenant, and `coresdk plan-rate-limits …` for all tenants of a plan. */
export const rateLimitsOperations: readonly Operation[] = [
  {
    name: 'rate-limits list',
    summary: 'List the rate limits of a tenant, by name',
    call: 'GET /api/v1/rate-limits',
    scopes,
    fields: [TENANT],
    list: 'pages',
    columns: COLUMNS,
    examples: ['rate-limits list'],
  },
  {
    name: 'rate-limits get',
    summary: 'Show a rate limit',
    call: `GET ${LIMIT}`,
    scopes,
    fields: [TENANT],
    columns: ONE,
    examples: ['rate-limits get jobs'],
  },
  {
    name: 'rate-limits set',
    summary: 'Add or replace a rate limit',
    call: `PUT ${LIMIT}`,
    changes: LIMIT,
    scopes,
    fields: [...SETTINGS, TENANT],
    columns: ONE,
    examples: ['rate-limits set jobs --route /v1/jobs --calls 100 --window 60'],
  },
  {
    name: 'rate-limits delete',
    summary: 'Delete a rate limit',
    call: `DELETE ${LIMIT}`,
    changes: LIMIT,
    scopes,
    fields: [TENANT],
    columns: [],
    danger: 'Delete the rate limit {name}?',
    done: '{name} is deleted.',
    examples: ['rate-limits delete jobs --yes'],
  },
  {
    name: 'plan-rate-limits list',
    summary: 'List the rate limits of plans, by name',
    call: 'GET /api/v1/rate-limits/plans',
    scopes: platform,
    list: 'pages',
    columns: ['plan', ...COLUMNS],
    examples: ['plan-rate-limits list'],
  },
  {
    name: 'plan-rate-limits get',
    summary: 'Show a rate limit of a plan',
    call: `GET ${PLAN_LIMIT}`,
    scopes: platform,
    columns: ['plan', ...ONE],
    examples: ['plan-rate-limits get free-jobs'],
  },
  {
    name: 'plan-rate-limits set',
    summary: 'Add or replace a rate limit of a plan',
    call: `PUT ${PLAN_LIMIT}`,
    changes: PLAN_LIMIT,
    scopes: platform,
    fields: [plan, ...SETTINGS],
    columns: ['plan', ...ONE],
    examples: ['plan-rate-limits set free-jobs --plan free --route /v1/jobs --calls 10 --window 60'],
  },
  {
    name: 'plan-rate-limits delete',
    summary: 'Delete a rate limit of a plan',
    call: `DELETE ${PLAN_LIMIT}`,
    changes: PLAN_LIMIT,
    scopes: platform,
    columns: [],
    danger: 'Delete the rate limit {name} for all tenants of the plan?',
    done: '{name} is deleted.',
    examples: ['plan-rate-limits delete free-jobs --yes'],
  },
];
