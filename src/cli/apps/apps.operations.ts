import { APP_GRANT_TYPES } from '../../modules/apps/contract/grant-types';
import { body, query, TENANT } from '../operations/field';
import type { Operation } from '../operations/operation';

const scopes = ['admin'];
const words = {
  app_type: ['service', 'web', 'spa', 'native'],
  token_endpoint_auth_method: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
};
const SHOWN = ['client_id', 'name', 'app_type', 'grant_types', 'declared_scopes', 'default_scopes', 'redirect_uris'];
const ONE = [...SHOWN, 'token_endpoint_auth_method', 'access_token_ttl_seconds', 'first_party', 'created_at'];

/** Settings for registration and for later changes. */
const SETTINGS = [
  body.list('declared_scopes', 'scopes that it may ask for', { option: 'scope' }),
  body.list('default_scopes', 'those that it gets when it asks for none', { option: 'default-scope' }),
  body.list('redirect_uris', 'where a sign-in may lead back to', { option: 'redirect-uri' }),
  body.list('grant_types', APP_GRANT_TYPES.join(', '), { option: 'grant-type' }),
  body.text('token_endpoint_auth_method', 'how it proves itself', {
    option: 'auth-method',
    words: words.token_endpoint_auth_method,
  }),
  body.number('access_token_ttl_seconds', 'how long its tokens are good, in seconds', { option: 'token-ttl' }),
  body.truth('first_party', 'whether people are not asked for their consent'),
];

/** `coresdk apps …` */
export const appsOperations: readonly Operation[] = [
  {
    name: 'apps list',
    summary: 'List apps by client id',
    call: 'GET /v1/oauth/apps',
    scopes,
    fields: [TENANT],
    list: 'pages',
    columns: ['client_id', 'name', 'app_type', 'declared_scopes', 'created_at'],
    examples: ['apps list --all', 'apps list --only client_id'],
  },
  {
    name: 'apps get',
    summary: 'Show an app, without its secrets',
    call: 'GET /v1/oauth/apps/{id}',
    scopes,
    fields: [TENANT],
    columns: ONE,
    examples: ['apps get app-demo'],
  },
  {
    name: 'apps create',
    summary: 'Register an app; its secret is shown this once',
    call: 'POST /v1/oauth/apps',
    scopes,
    fields: [
      body.text('name', 'what people see it called by', { isArgument: true }),
      body.text('client_id', 'app-…; one is made up without', { option: 'id' }),
      body.text('app_type', 'what it is', { option: 'type', words: words.app_type }),
      ...SETTINGS,
      TENANT,
    ],
    columns: SHOWN,
    secret: 'client_secret',
    examples: [
      "apps create Demo --id app-demo --scope 'projects.read projects.write'",
      'apps create Shop --type web --redirect-uri https://shop.example.com/callback --only client_secret',
    ],
  },
  {
    name: 'apps update',
    summary: 'Change an app',
    call: 'PATCH /v1/oauth/apps/{id}',
    scopes,
    fields: [body.text('name', 'what people see it called by'), ...SETTINGS, TENANT],
    columns: ONE,
    examples: ["apps update app-demo --scope 'projects.read'"],
  },
  {
    name: 'apps delete',
    summary: 'Delete an app and revoke all that was issued to it',
    call: 'DELETE /v1/oauth/apps/{id}',
    scopes,
    fields: [query.switch('dryRun', 'only says what would become of what hangs on it'), TENANT],
    columns: ['client_id', 'removed', 'belongings'],
    danger: 'Delete {id}, and revoke all its tokens at once?',
    isDangerous: ({ 'dry-run': isTrial }) => isTrial !== true,
    done: 'deleted',
    examples: ['apps delete app-demo --dry-run --json', 'apps delete app-demo --yes'],
  },
  {
    name: 'apps rotate-secret',
    summary: 'Give an app a new secret, which is shown this once',
    call: 'POST /v1/oauth/apps/{id}/rotate-secret',
    scopes,
    fields: [
      body.number('overlap_seconds', 'how long the secret before stays good (86400); 0 ends it at once', {
        option: 'overlap',
      }),
      TENANT,
    ],
    columns: ['client_id', 'name'],
    secret: 'client_secret',
    examples: ['apps rotate-secret app-demo --overlap 3600 --only client_secret'],
  },
];
