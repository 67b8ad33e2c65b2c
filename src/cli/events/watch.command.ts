import type { Command } from '../command';
import { watchCommandOf } from '../operations/watch-command';
import { EVENT_COLUMNS, EVENT_FIELDS } from './events.operations';

/** `coresdk events watch` */
export const eventsWatch: Command = watchCommandOf({
  name: 'events watch',
  path: '/v1/events',
  surface: 'backend',
  scopes: ['events.read'],
  fields: EVENT_FIELDS,
  columns: EVENT_COLUMNS,
  example: 'events watch --type coresdk.project.created',
});
