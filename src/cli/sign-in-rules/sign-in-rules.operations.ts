import { body, TENANT } from '../operations/field';
import type { Operation } from '../operations/operation';

const admin = ['admin'];
const RULE = '/api/v1/sign-in-rules';
const APP_RULE = `${RULE}/apps/{appId}`;
const COLUMNS = ['secondFactor', 'requiredRoles', 'passkeys', 'version'];
const SETTINGS = [
  body.text('secondFactor', 'who needs a second factor', { words: ['off', 'optional', 'required'], isRequired: true }),
  body.list('requiredRoles', 'role that needs a second factor even if the rule is optional', {
    option: 'required-role',
  }),
  body.truth('passkeys', 'passkeys can replace passwords (true)'),
  TENANT,
];

/** `coresdk sign-in-rules …`: how the users of a tenant and of its apps sign in. */
export const signInRulesOperations: readonly Operation[] = [
  {
    name: 'sign-in-rules get',
    summary: 'Show the sign-in rule of the tenant',
    call: `GET ${RULE}`,
    scopes: admin,
    fields: [TENANT],
    columns: COLUMNS,
    examples: ['sign-in-rules get'],
  },
  {
    name: 'sign-in-rules set',
    summary: 'Set the sign-in rule of the tenant, for later sign-ins',
    call: `PUT ${RULE}`,
    changes: RULE,
    scopes: admin,
    fields: SETTINGS,
    columns: COLUMNS,
    examples: [
      'sign-in-rules set --second-factor required',
      'sign-in-rules set --second-factor optional --required-role owner --required-role admin',
    ],
  },
  {
    name: 'sign-in-rules get-app',
    summary: 'Show the sign-in rule of an app',
    call: `GET ${APP_RULE}`,
    scopes: admin,
    fields: [TENANT],
    columns: COLUMNS,
    examples: ['sign-in-rules get-app app-01j…'],
  },
  {
    name: 'sign-in-rules set-app',
    summary: 'Set the sign-in rule of an app, in addition to the rule of the tenant',
    call: `PUT ${APP_RULE}`,
    changes: APP_RULE,
    scopes: admin,
    fields: SETTINGS,
    columns: COLUMNS,
    examples: ['sign-in-rules set-app app-01j… --second-factor required'],
  },
  {
    name: 'sign-in-rules remove-app',
    summary: 'Remove the sign-in rule of an app; only the rule of the tenant applies then',
    call: `DELETE ${APP_RULE}`,
    scopes: admin,
    fields: [TENANT],
    columns: [],
    danger: 'Remove the sign-in rule of {appId}?',
    examples: ['sign-in-rules remove-app app-01j… --yes'],
  },
];
