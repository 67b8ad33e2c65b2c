import { body, endsNow, query } from '../operations/field';
import type { Operation } from '../operations/operation';

const read = ['skills.read'];
const write = ['skills.write'];
const change = [...read, ...write];
const SKILL = '/v1/skills/{name}';
const COLUMNS = ['name', 'runtime', 'version', 'aliases', 'category', 'description', 'updatedAt'];
const ONE = [...COLUMNS, 'hash', 'inputSchema', 'outputSchema', 'revision', 'createdAt'];
const VERSION = ['version', 'hash', 'runtime', 'aliases', 'createdAt', 'createdBy'];

/** `coresdk skills …` commands that each make one call. */
export const skillsOperations: readonly Operation[] = [
  {
    name: 'skills list',
    summary: 'List skills by name',
    call: 'GET /v1/skills',
    scopes: read,
    fields: [
      query.text('category', 'category'),
      query.text('runtime', 'runtime', { words: ['javascript', 'http', 'builtin'] }),
      query.text('sort', 'name or -name'),
    ],
    list: 'pages',
    columns: COLUMNS,
    examples: ['skills list --runtime javascript'],
  },
  {
    name: 'skills get',
    summary: 'Show a skill as its newest version defines it',
    call: `GET ${SKILL}`,
    scopes: read,
    columns: ONE,
    examples: ['skills get greet'],
  },
  {
    name: 'skills delete',
    summary: 'Delete a skill with all its versions',
    call: `DELETE ${SKILL}`,
    changes: SKILL,
    scopes: change,
    columns: [],
    danger: 'Delete the skill {name} with all its versions?',
    done: '{name} is deleted.',
    examples: ['skills delete greet --yes'],
  },
  {
    name: 'skills versions',
    summary: 'List the versions of a skill, newest first',
    call: `GET ${SKILL}/versions`,
    scopes: read,
    list: 'pages',
    columns: VERSION,
    examples: ['skills versions greet'],
  },
  {
    name: 'skills get-version',
    summary: 'Show a version with its registered content',
    call: `GET ${SKILL}/versions/{version}`,
    scopes: read,
    columns: [...VERSION, 'definition'],
    examples: ['skills get-version greet 2 --only definition.source'],
  },
  {
    name: 'skills set-alias',
    summary: 'Point an alias to a version; "prod" is the version that runs by default',
    call: `PUT ${SKILL}/aliases/{alias}`,
    changes: SKILL,
    scopes: change,
    fields: [body.number('version', 'number of the version', { isArgument: true })],
    columns: ONE,
    examples: ['skills set-alias greet prod 2'],
  },
  {
    name: 'skills rollback-alias',
    summary: 'Point an alias back to its previous version',
    call: `POST ${SKILL}/aliases/{alias}/rollback`,
    scopes: write,
    columns: ONE,
    danger: 'Point the alias {alias} of {name} back to its previous version?',
    examples: ['skills rollback-alias greet prod --yes'],
  },
  {
    name: 'skills delete-alias',
    summary: 'Remove an alias',
    call: `DELETE ${SKILL}/aliases/{alias}`,
    changes: SKILL,
    scopes: change,
    columns: ONE,
    danger: 'Remove the alias {alias} of {name}?',
    examples: ['skills delete-alias greet beta --yes'],
  },
  {
    name: 'skills openapi',
    summary: 'Write a skill as an OpenAPI document',
    call: `GET ${SKILL}/openapi.json`,
    scopes: read,
    content: 'application/json',
    columns: [],
    examples: ['skills openapi greet --output greet.json'],
  },
  {
    name: 'skills rotate-secret',
    summary: 'Rotate the secret that signs the calls of a skill with the http runtime',
    call: `POST ${SKILL}/rotate-secret`,
    scopes: write,
    fields: [body.number('overlapSeconds', 'seconds that the old secret signs too', { option: 'overlap' })],
    columns: ['signingSecret'],
    danger: 'Invalidate the old secret of {name} immediately?',
    isDangerous: endsNow,
    examples: [
      'skills rotate-secret lookup --overlap 3600 --only signingSecret',
      'skills rotate-secret lookup --overlap 0 --yes',
    ],
  },
];
