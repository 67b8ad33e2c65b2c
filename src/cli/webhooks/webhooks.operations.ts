import { body, endsNow, query } from '../operations/field';
import type { Operation } from '../operations/operation';

const read = ['webhooks.read'];
const write = ['webhooks.write'];
const change = [...read, ...write];
const WEBHOOK = '/v1/webhooks/{id}';
const COLUMNS = ['id', 'url', 'types', 'status', 'lastError', 'createdAt'];
const ONE = [...COLUMNS, 'description', 'pausedReason', 'failingSince', 'previousSecretUntil', 'version', 'updatedAt'];
const DELIVERY = ['id', 'type', 'status', 'attempts', 'lastStatus', 'lastError', 'nextAttemptAt', 'createdAt'];
const statuses = ['active', 'paused'];
const SETTINGS = [
  body.list('types', 'types of events, such as coresdk.project.created; all by default', { option: 'type' }),
  body.text('description', 'description'),
];

/** `coresdk webhooks …` */
export const webhooksOperations: readonly Operation[] = [
  {
    name: 'webhooks list',
    summary: 'List webhooks',
    call: 'GET /v1/webhooks',
    scopes: read,
    fields: [query.text('status', 'status', { words: statuses })],
    list: 'pages',
    columns: COLUMNS,
    examples: ['webhooks list --status paused'],
  },
  {
    name: 'webhooks get',
    summary: 'Show a webhook and its delivery status',
    call: `GET ${WEBHOOK}`,
    scopes: read,
    columns: ONE,
    examples: ['webhooks get whk-01j…'],
  },
  {
    name: 'webhooks create',
    summary: 'Send events to a URL; the signing secret is shown only once',
    call: 'POST /v1/webhooks',
    scopes: write,
    fields: [body.text('url', 'https URL that receives the events', { isArgument: true }), ...SETTINGS],
    columns: ONE,
    secret: 'secret',
    examples: ['webhooks create https://hooks.example.com/in --type coresdk.project.created --only secret'],
  },
  {
    name: 'webhooks update',
    summary: 'Change, pause or resume a webhook',
    call: `PATCH ${WEBHOOK}`,
    changes: WEBHOOK,
    scopes: change,
    fields: [
      body.text('url', 'https URL that receives the events', { option: 'endpoint' }),
      ...SETTINGS,
      body.text('status', 'paused to stop deliveries, active to resume them', { words: statuses }),
    ],
    columns: ONE,
    examples: ['webhooks update whk-01j… --status paused'],
  },
  {
    name: 'webhooks delete',
    summary: 'Delete a webhook and its pending deliveries',
    call: `DELETE ${WEBHOOK}`,
    changes: WEBHOOK,
    scopes: change,
    columns: [],
    danger: 'Delete the webhook {id} and its pending deliveries?',
    done: '{id} is deleted.',
    examples: ['webhooks delete whk-01j… --yes'],
  },
  {
    name: 'webhooks deliveries',
    summary: 'List pending, completed and failed deliveries, newest first',
    call: `GET ${WEBHOOK}/deliveries`,
    scopes: read,
    fields: [
      query.text('status', 'status', { words: ['pending', 'delivered', 'dead'] }),
      query.text('type', 'type of the event'),
    ],
    list: 'pages',
    columns: DELIVERY,
    examples: ['webhooks deliveries whk-01j… --status dead'],
  },
  {
    name: 'webhooks replay',
    summary: 'Send one event again',
    call: `POST ${WEBHOOK}/deliveries/{deliveryId}/replay`,
    scopes: write,
    columns: DELIVERY,
    examples: ['webhooks replay whk-01j… dlv-01j…'],
  },
  {
    name: 'webhooks replay-dead',
    summary: 'Retry all deliveries that failed for good',
    call: `POST ${WEBHOOK}/replay`,
    scopes: write,
    columns: ['replayed'],
    examples: ['webhooks replay-dead whk-01j…'],
  },
  {
    name: 'webhooks rotate-secret',
    summary: 'Give a webhook a new signing secret, which is shown only once',
    call: `POST ${WEBHOOK}/rotate-secret`,
    scopes: write,
    fields: [body.number('overlapSeconds', 'seconds in which the old secret signs too', { option: 'overlap' })],
    columns: ['id', 'url', 'previousSecretUntil'],
    secret: 'secret',
    danger: 'Invalidate the old secret of {id} immediately?',
    isDangerous: endsNow,
    examples: [
      'webhooks rotate-secret whk-01j… --overlap 3600 --only secret',
      'webhooks rotate-secret whk-01j… --overlap 0 --yes',
    ],
  },
  {
    name: 'webhooks test',
    summary: 'Send a test event and show the result',
    call: `POST ${WEBHOOK}/test`,
    scopes: write,
    columns: ['delivered', 'status', 'error', 'durationMs'],
    examples: ['webhooks test whk-01j… --only delivered'],
  },
];
