import { body, query, TENANT } from '../operations/field';
import type { Operation } from '../operations/operation';

/** The filters for token events, in lists and in streams. */
export const TOKEN_EVENT_FIELDS = [
  query.text('type', 'type of event, such as token.revoked'),
  query.text('client', 'only events of this app'),
  query.text('user', 'only events of this user'),
  TENANT,
];
export const TOKEN_EVENT_COLUMNS = ['at', 'type', 'clientId', 'userId', 'jti', 'reason', 'ip'];

/** `coresdk tokens …` commands that each make one call. */
export const tokensOperations: readonly Operation[] = [
  {
    name: 'tokens events',
    summary: 'List token events: issued, refreshed, revoked',
    call: 'GET /api/v1/token-events',
    scopes: ['admin'],
    fields: [
      ...TOKEN_EVENT_FIELDS,
      query.text('from', 'not before this time'),
      query.text('to', 'not after this time'),
    ],
    list: 'pages',
    columns: TOKEN_EVENT_COLUMNS,
    examples: ['tokens events --type token.revoked --limit 20'],
  },
  {
    name: 'tokens authorize',
    summary: 'Decide whether you are allowed to act, as the platform would',
    call: 'POST /v1/authorize',
    scopes: [],
    fields: [
      body.text('action', 'action, such as project.create', { isArgument: true }),
      body.text('resource', 'resource, such as project', { isArgument: true }),
      body.json('context', 'facts for the policy, as a JSON object'),
    ],
    columns: ['allowed', 'reason', 'claims'],
    examples: ['tokens authorize project.create project --only allowed'],
  },
];
