import { body, query } from '../operations/field';
import type { Operation } from '../operations/operation';

const read = ['files.read'];
const write = ['files.write'];
const FILE = '/v1/files/{tier}/{path}';

/** `private`: this app, or this user in this app; `user`: this user in all apps; `shared`: the tenant. */
export const TIERS = ['private', 'user', 'shared'];
/** The members of a file to show. */
export const FILE_COLUMNS = ['key', 'size', 'contentType', 'version', 'updatedAt', 'updatedBy', 'checksum'];
const tier = query.text('tier', 'private, user or shared', { isArgument: true, words: TIERS });

/** `coresdk files …` commands that each make one call. */
export const filesOperations: readonly Operation[] = [
  {
    name: 'files list',
    summary: 'List the files of a tier: private, user or shared',
    call: 'GET /v1/files',
    scopes: read,
    fields: [
      tier,
      query.text('prefix', 'only paths that begin with this text'),
      query.text('projectId', 'only files of this project', { option: 'project' }),
    ],
    list: 'pages',
    columns: FILE_COLUMNS,
    examples: ['files list shared --prefix reports/', 'files list private --all --only key'],
  },
  {
    name: 'files download',
    summary: 'Download a file, to a file or to standard output',
    call: `GET ${FILE}`,
    scopes: read,
    fields: [query.number('version', 'earlier version; the current one by default')],
    content: '*/*',
    columns: [],
    examples: ['files download shared reports/june.pdf --output june.pdf', 'files download shared notes.txt | head'],
  },
  {
    name: 'files versions',
    summary: 'List the versions of a file, newest first',
    call: 'GET /v1/files/versions',
    scopes: read,
    fields: [tier, query.text('path', 'path of the file', { isArgument: true })],
    list: 'pages',
    columns: ['version', 'isCurrent', 'size', 'contentType', 'createdAt', 'createdBy', 'expiresAt'],
    examples: ['files versions shared reports/june.pdf'],
  },
  {
    name: 'files delete',
    summary: 'Delete a file; its versions can be copied back for a while',
    call: `DELETE ${FILE}`,
    changes: FILE,
    scopes: [...read, ...write],
    fields: [query.text('versions', 'drop also deletes the earlier versions', { words: ['keep', 'drop'] })],
    columns: [],
    danger: 'Delete the file {path}?',
    done: '{path} is deleted.',
    examples: ['files delete shared reports/june.pdf --yes'],
  },
  {
    name: 'files sign-url',
    summary: 'Share a file: sign a URL that lets its bearer get or put it, for at most a day',
    call: 'POST /v1/files/signed-urls',
    scopes: [],
    alsoScopes: ({ method }) => (method === 'PUT' ? write : read),
    fields: [
      body.text('tier', 'private, user or shared', { isArgument: true, words: TIERS }),
      body.text('path', 'path of the file', { isArgument: true }),
      body.text('method', 'what the bearer can do', { words: ['GET', 'PUT'], isRequired: true }),
      body.number('expiresInSeconds', 'lifetime of the URL in seconds', { option: 'expires' }),
      body.number('version', 'version to get'),
      body.text('download', 'name under which a browser saves the file'),
      body.number('maxBytes', 'maximum size to put'),
    ],
    columns: ['url', 'method', 'expiresAt'],
    examples: ['files sign-url shared reports/june.pdf --method GET --expires 3600 --only url'],
  },
];
