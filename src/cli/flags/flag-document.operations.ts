import { body, query, TENANT } from '../operations/field';
import type { Operation } from '../operations/operation';

const scopes = ['admin'];
const DOCUMENT = '/api/v1/flags/document';
const VERSION = ['version', 'action', 'flagCount', 'changedFlags', 'restoredFrom', 'createdBy', 'createdAt'];
const SCHEDULED = ['id', 'at', 'change', 'status', 'version', 'error', 'createdBy', 'createdAt', 'doneAt'];

/** `coresdk flags …` for all flags together: the document, its versions and scheduled changes. */
export const flagDocumentOperations: readonly Operation[] = [
  {
    name: 'flags evaluate-all',
    summary: 'Evaluate every flag in one version',
    call: 'POST /v1/flags/evaluate-all',
    scopes: ['flags.read'],
    fields: [body.json('context', `context, such as {"targetingKey":"usr-1","plan":"pro"}`)],
    columns: ['snapshotId', 'evaluations'],
    examples: [`flags evaluate-all --context '{"targetingKey":"usr-1"}' --json`],
  },
  {
    name: 'flags document',
    summary: 'Write all flags as one document in flagd’s JSON',
    call: `GET ${DOCUMENT}`,
    scopes,
    fields: [TENANT],
    content: 'application/json',
    columns: [],
    examples: ['flags document --output flags.json'],
  },
  {
    name: 'flags set-document',
    summary: 'Replace all flags with a document in flagd’s JSON, from a file or standard input',
    call: `PUT ${DOCUMENT}`,
    changes: DOCUMENT,
    scopes,
    fields: [TENANT],
    file: { '': 'application/json' },
    columns: VERSION,
    danger: 'Replace all flags?',
    examples: ['flags set-document --body-file flags.json --yes'],
  },
  {
    name: 'flags get-version',
    summary: 'Show a version with its document',
    call: 'GET /api/v1/flags/versions/{version}',
    scopes,
    fields: [TENANT],
    columns: [...VERSION, 'document'],
    examples: ['flags get-version 7 --json'],
  },
  {
    name: 'flags diff',
    summary: 'Compare two versions of all flags',
    call: 'GET /api/v1/flags/diff',
    scopes,
    fields: [
      query.number('from', 'earlier version', { isArgument: true }),
      query.number('to', 'later version; the newest by default'),
      TENANT,
    ],
    columns: ['from', 'to', 'differences'],
    examples: ['flags diff 6 --to 7 --json'],
  },
  {
    name: 'flags schedule',
    summary: 'Schedule a change of flags',
    call: 'POST /api/v1/flags/scheduled',
    scopes,
    fields: [
      body.text('at', 'time of the change, such as 2027-01-01T00:00:00Z', { isArgument: true }),
      body.json('change', `change, such as {"op":"enable","key":"new-checkout"}`, { isRequired: true }),
      TENANT,
    ],
    columns: SCHEDULED,
    examples: [`flags schedule 2027-01-01T00:00:00Z --change '{"op":"enable","key":"new-checkout"}'`],
  },
  {
    name: 'flags scheduled',
    summary: 'List the pending and the last completed changes, by time',
    call: 'GET /api/v1/flags/scheduled',
    scopes,
    fields: [TENANT],
    list: 'pages',
    columns: ['id', 'at', 'change', 'status', 'error'],
    examples: ['flags scheduled'],
  },
  {
    name: 'flags get-scheduled',
    summary: 'Show a scheduled change',
    call: 'GET /api/v1/flags/scheduled/{id}',
    scopes,
    fields: [TENANT],
    columns: SCHEDULED,
    examples: ['flags get-scheduled fsc-01j…'],
  },
  {
    name: 'flags cancel-scheduled',
    summary: 'Cancel a pending change',
    call: 'DELETE /api/v1/flags/scheduled/{id}',
    scopes,
    fields: [TENANT],
    columns: [],
    danger: 'Cancel the scheduled change {id}?',
    done: '{id} is canceled.',
    examples: ['flags cancel-scheduled fsc-01j… --yes'],
  },
];
