import { body, type Field, TENANT } from '../operations/field';
import type { Operation } from '../operations/operation';

const DOCUMENT = ['version', 'values', 'own', 'updatedAt'];
const ENTRY = ['key', 'value', 'source'];
const VERSION = ['version', 'action', 'changedKeys', 'restoredFrom', 'createdBy', 'createdAt'];

/** A level of configuration: that of a tenant, or that of the installation. */
interface Level {
  readonly group: string;
  readonly path: string;
  readonly scopes: readonly string[];
  readonly fields: readonly Field[];
  /** The configuration, as the end of a sentence. */
  readonly what: string;
}

/** `coresdk config …` for a tenant, and `coresdk config-defaults …` for the installation. */
export const configOperations: readonly Operation[] = [
  ...operationsOf({
    group: 'config',
    path: '/api/v1/config',
    scopes: ['admin'],
    fields: [TENANT],
    what: 'the configuration of a tenant',
  }),
  ...operationsOf({
    group: 'config-defaults',
    path: '/api/v1/config/defaults',
    scopes: ['platform.admin'],
    fields: [],
    what: 'the defaults of the installation',
  }),
];

function operationsOf({ group, path, scopes, fields, what }: Level): readonly Operation[] {
  const shared = { scopes, changes: path };
  return [
    {
      name: `${group} show`,
      summary: `Show all values of ${what}`,
      call: `GET ${path}`,
      scopes,
      fields,
      columns: DOCUMENT,
      examples: [`${group} show --json`],
    },
    {
      name: `${group} get`,
      summary: `Show a value of ${what}`,
      call: `GET ${path}/{key}`,
      scopes,
      fields,
      columns: ENTRY,
      examples: [`${group} get theme.color --only value`],
    },
    {
      ...shared,
      name: `${group} set`,
      summary: `Set a value of ${what}`,
      call: `PUT ${path}/{key}`,
      fields: [body.text('value', 'value', { isArgument: true }), ...fields],
      columns: ENTRY,
      examples: [`${group} set theme.color blue`],
    },
    {
      ...shared,
      name: `${group} delete`,
      summary: `Remove a value from ${what}`,
      call: `DELETE ${path}/{key}`,
      fields,
      columns: [],
      danger: `Remove {key} from ${what}?`,
      done: '{key} is removed.',
      examples: [`${group} delete theme.color --yes`],
    },
    {
      ...shared,
      name: `${group} change`,
      summary: `Set several values of ${what} in one change`,
      call: `PATCH ${path}`,
      fields: [body.json('values', 'values by key; null removes a key', { isRequired: true }), ...fields],
      columns: DOCUMENT,
      examples: [`${group} change --values '{"theme.color":"blue","theme.font":null}'`],
    },
    {
      ...shared,
      name: `${group} replace`,
      summary: `Replace all values of ${what}`,
      call: `PUT ${path}`,
      fields: [body.json('values', 'values by key', { isRequired: true }), ...fields],
      columns: DOCUMENT,
      danger: `Replace ${what}?`,
      examples: [`${group} replace --body-file config.json --yes`],
    },
    {
      name: `${group} versions`,
      summary: `List the stored versions of ${what}, newest first`,
      call: `GET ${path}/versions`,
      scopes,
      fields,
      list: 'pages',
      columns: VERSION,
      examples: [`${group} versions --limit 5`],
    },
    {
      name: `${group} get-version`,
      summary: `Show a version of ${what} with its values`,
      call: `GET ${path}/versions/{version}`,
      scopes,
      fields,
      columns: [...VERSION, 'own'],
      examples: [`${group} get-version 3`],
    },
    {
      ...shared,
      name: `${group} revert`,
      summary: `Restore an earlier version of ${what} as a new version`,
      call: `POST ${path}/revert`,
      fields: [body.number('version', 'version to restore', { isArgument: true }), ...fields],
      columns: DOCUMENT,
      danger: `Replace ${what} with version {version}?`,
      examples: [`${group} revert 3 --yes`],
    },
  ];
}
