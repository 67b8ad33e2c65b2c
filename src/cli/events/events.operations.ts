import { query } from '../operations/field';
import type { Operation } from '../operations/operation';

/** The filters for events, in lists and in streams. */
export const EVENT_FIELDS = [
  query.text('type', 'type of event, such as coresdk.project.created'),
  query.text('subject', 'ID of the resource'),
];
export const EVENT_COLUMNS = ['time', 'type', 'subject', 'id'];

/** `coresdk events …` commands that each make one call. */
export const eventsOperations: readonly Operation[] = [
  {
    name: 'events list',
    summary: 'List events of the tenant’s resources, oldest first',
    call: 'GET /v1/events',
    scopes: ['events.read'],
    fields: EVENT_FIELDS,
    list: 'pages',
    columns: EVENT_COLUMNS,
    examples: ['events list --type coresdk.project.created --limit 20'],
  },
];
