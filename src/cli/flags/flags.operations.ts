import { body, TENANT } from '../operations/field';
import type { Operation } from '../operations/operation';

const read = ['flags.read'];
const admin = ['admin'];
const FLAG = ['key', 'name', 'state', 'enabled', 'defaultVariant', 'variants', 'targeting', 'metadata'];
const VERSION = ['version', 'action', 'flagCount', 'changedFlags', 'restoredFrom', 'createdBy', 'createdAt'];

/** `coresdk flags …` except `enable` and `disable`. */
export const flagsOperations: readonly Operation[] = [
  {
    name: 'flags list',
    summary: 'List flags by key',
    call: 'GET /v1/flags',
    scopes: read,
    list: 'pages',
    columns: ['key', 'name', 'state', 'enabled', 'defaultVariant'],
    examples: ['flags list'],
  },
  {
    name: 'flags get',
    summary: 'Show a flag',
    call: 'GET /api/v1/flags/{key}',
    scopes: admin,
    fields: [TENANT],
    columns: FLAG,
    examples: ['flags get new-checkout'],
  },
  {
    name: 'flags set',
    summary: "Create or replace a flag, in flagd's JSON, from a file or standard input",
    call: 'PUT /v1/flags/{key}',
    scopes: ['flags.write'],
    file: { '': 'application/json' },
    columns: FLAG,
    examples: [
      'flags set new-checkout --body-file new-checkout.json',
      `flags set dark-mode <<< '{"state":"ENABLED","variants":{"on":true,"off":false},"defaultVariant":"on"}'`,
    ],
  },
  {
    name: 'flags delete',
    summary: 'Delete a flag',
    call: 'DELETE /api/v1/flags/{key}',
    changes: '/api/v1/flags/{key}',
    scopes: admin,
    fields: [TENANT],
    columns: [],
    danger: 'Delete {key}? Evaluations then return the caller’s default.',
    done: '{key} is deleted.',
    examples: ['flags delete new-checkout --yes'],
  },
  {
    name: 'flags evaluate',
    summary: 'Evaluate a flag; an unknown flag is reported as off, with the reason',
    call: 'POST /v1/flags/evaluate',
    scopes: read,
    fields: [
      body.text('key', 'key of the flag', { isArgument: true }),
      body.json('context', `context, such as {"targetingKey":"usr-1","plan":"pro"}`),
      body.json('defaultValue', 'value if the flag yields no value', { option: 'default' }),
    ],
    columns: ['key', 'value', 'variant', 'reason', 'enabled', 'errorCode', 'errorMessage'],
    examples: [`flags evaluate new-checkout --context '{"targetingKey":"usr-1"}' --only value`],
  },
  {
    name: 'flags versions',
    summary: 'List the stored versions of all flags, newest first',
    call: 'GET /api/v1/flags/versions',
    scopes: admin,
    fields: [TENANT],
    list: 'pages',
    columns: VERSION,
    examples: ['flags versions --limit 5'],
  },
  {
    name: 'flags revert',
    summary: 'Restore all flags from an earlier version, as a new version',
    call: 'POST /api/v1/flags/revert',
    changes: '/api/v1/flags/document',
    scopes: admin,
    fields: [body.number('version', 'version to restore', { isArgument: true }), TENANT],
    columns: VERSION,
    danger: 'Replace all flags with those of version {version}?',
    examples: ['flags revert 7 --yes'],
  },
];
