import { body, TENANT } from '../operations/field';
import type { Operation } from '../operations/operation';

const admin = ['admin'];
const RULES = '/api/v1/account-rules';
const COLUMNS = [
  'passwordMinLength',
  'passwordBlockedWords',
  'sessionMinutes',
  'idleMinutes',
  'stayDays',
  'maxSessions',
  'newDeviceNotices',
  'signUp',
  'emailCodes',
  'selfDeletion',
  'version',
];

/** `coresdk account-rules …`: the passwords, sessions and sign-ups that a tenant allows. */
export const accountRulesOperations: readonly Operation[] = [
  {
    name: 'account-rules get',
    summary: 'Show the account rules of the tenant',
    call: `GET ${RULES}`,
    scopes: admin,
    fields: [TENANT],
    columns: COLUMNS,
    examples: ['account-rules get'],
  },
  {
    name: 'account-rules set',
    summary: 'Set the account rules of the tenant, for later passwords and sign-ins',
    call: `PUT ${RULES}`,
    changes: RULES,
    scopes: admin,
    fields: [
      body.number('passwordMinLength', 'minimum number of characters of a new password (12)'),
      body.list('passwordBlockedWords', 'word that a new password must not contain', {
        option: 'password-blocked-word',
      }),
      body.number('sessionMinutes', 'time after which users sign in again; by default that of the installation'),
      body.number('idleMinutes', 'time without a page view after which users sign in again'),
      body.number('stayDays', 'days for which users can choose to stay signed in'),
      body.number('maxSessions', 'maximum number of browsers in which a user is signed in (100)'),
      body.text('signUp', 'who gets an account (invite)', { words: ['off', 'invite', 'domain', 'open'] }),
      body.list('signUpDomains', 'domain of addresses that can sign up, for the rule domain', {
        option: 'sign-up-domain',
      }),
      body.text('signUpRole', 'role of people who sign up (viewer)', { words: ['member', 'viewer'] }),
      body.text('termsUrl', 'page with the terms that people accept when they sign up'),
      body.truth('emailCodes', 'users can sign in with a code by mail, instead of a password (false)'),
      body.truth('selfDeletion', 'users can delete their own accounts (false)'),
      body.truth('newDeviceNotices', 'mail users when somebody signs in on a new device (false)'),
      TENANT,
    ],
    columns: COLUMNS,
    examples: [
      'account-rules set --password-min-length 15 --password-blocked-word nordwind',
      'account-rules set --sign-up domain --sign-up-domain example.com --terms-url https://example.com/terms',
      'account-rules set --session-minutes 480 --idle-minutes 30 --max-sessions 5',
    ],
  },
];
