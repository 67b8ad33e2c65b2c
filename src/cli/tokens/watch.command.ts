import type { Command } from '../command';
import { query } from '../operations/field';
import { watchCommandOf } from '../operations/watch-command';
import { TOKEN_EVENT_COLUMNS, TOKEN_EVENT_FIELDS } from './tokens.operations';

/** `coresdk tokens watch` */
export const tokensWatch: Command = watchCommandOf({
  name: 'tokens watch',
  path: '/api/v1/token-events',
  surface: 'control-plane',
  scopes: ['admin'],
  fields: [...TOKEN_EVENT_FIELDS, query.text('from', 'only events from this time on')],
  columns: TOKEN_EVENT_COLUMNS,
  example: 'tokens watch --type token.revoked',
});
