import { body, query } from '../operations/field';
import type { Operation } from '../operations/operation';

const read = ['users.read'];
const write = ['users.write'];
const roles = ['owner', 'admin', 'member', 'viewer'];
const COLUMNS = ['id', 'email', 'displayName', 'role', 'status', 'createdAt'];
const ONE = [...COLUMNS, 'emailVerified', 'avatarUrl', 'preferences', 'version', 'updatedAt'];
const INVITATION = ['id', 'email', 'role', 'status', 'sentAt', 'expiresAt'];
const dryRun = query.switch('dryRun', 'only reports the changes');

/** `coresdk users …`: the tenant's users, and invitations. */
export const usersOperations: readonly Operation[] = [
  {
    name: 'users list',
    summary: 'List users',
    call: 'GET /v1/users',
    scopes: read,
    fields: [
      query.text('q', 'start of the address or name', { option: 'search' }),
      query.text('role', 'role of the user', { words: roles }),
      query.text('status', 'status of the user', { words: ['invited', 'active', 'suspended', 'deactivated'] }),
      query.text('sort', 'createdAt, email or displayName; a leading - reverses the order'),
    ],
    list: 'pages',
    columns: COLUMNS,
    examples: ['users list --status active --search ann', 'users list --all --only email'],
  },
  {
    name: 'users get',
    summary: 'Show a user',
    call: 'GET /v1/users/{id}',
    scopes: read,
    columns: ONE,
    examples: ['users get usr-01j…'],
  },
  {
    name: 'users invite',
    summary: 'Invite a person by email; the invitation is valid for 7 days',
    call: 'POST /v1/users',
    scopes: write,
    fields: [
      body.text('email', 'email address', { isArgument: true }),
      body.text('role', 'role of the user (member)', { words: roles }),
      body.text('displayName', 'display name, until the user sets one', { option: 'name' }),
    ],
    columns: INVITATION,
    secret: 'link',
    examples: ['users invite ann@example.com --role admin'],
  },
  {
    name: 'users invitations',
    summary: 'List invitations',
    call: 'GET /v1/users/invitations',
    scopes: write,
    fields: [query.text('status', 'status to show', { words: ['pending', 'accepted', 'revoked', 'expired'] })],
    list: 'pages',
    columns: INVITATION,
    examples: ['users invitations --status pending'],
  },
  {
    name: 'users resend-invitation',
    summary: 'Send an invitation again; the previous link stops working',
    call: 'POST /v1/users/invitations/{id}/resend',
    scopes: write,
    columns: INVITATION,
    secret: 'link',
    examples: ['users resend-invitation inv-01j…'],
  },
  {
    name: 'users revoke-invitation',
    summary: 'Revoke an invitation',
    call: 'POST /v1/users/invitations/{id}/revoke',
    scopes: write,
    columns: INVITATION,
    examples: ['users revoke-invitation inv-01j…'],
  },
  {
    name: 'users update',
    summary: 'Change the name, role or status of a user',
    call: 'PATCH /v1/users/{id}',
    scopes: write,
    fields: [
      body.text('displayName', 'display name', { option: 'name' }),
      body.text('role', 'role of the user', { words: roles }),
      body.text('status', 'status of the user', { words: ['active', 'suspended', 'deactivated'] }),
    ],
    columns: ONE,
    examples: ['users update usr-01j… --role viewer'],
  },
  {
    name: 'users suspend',
    summary: 'Suspend a user: all access ends immediately',
    call: 'POST /v1/users/{id}/suspend',
    scopes: write,
    columns: COLUMNS,
    danger: 'Suspend {id} and end all access?',
    examples: ['users suspend usr-01j… --yes'],
  },
  {
    name: 'users activate',
    summary: 'Activate a user again',
    call: 'POST /v1/users/{id}/activate',
    scopes: write,
    columns: COLUMNS,
    examples: ['users activate usr-01j…'],
  },
  {
    name: 'users deactivate',
    summary: 'Permanently end a user’s access, but keep the user',
    call: 'POST /v1/users/{id}/deactivate',
    scopes: write,
    columns: COLUMNS,
    danger: 'Permanently end the access of {id}?',
    examples: ['users deactivate usr-01j… --yes'],
  },
  {
    name: 'users delete',
    summary: 'Delete a user; the response reports the effect on dependents',
    call: 'DELETE /v1/users/{id}',
    scopes: write,
    fields: [dryRun],
    columns: ['id', 'removed', 'belongings'],
    danger: 'Delete {id} and everything that belongs to this user?',
    isDangerous: ({ 'dry-run': isTrial }) => isTrial !== true,
    examples: ['users delete usr-01j… --dry-run --json', 'users delete usr-01j… --yes'],
  },
  {
    name: 'users import',
    summary: 'Import up to 10000 users, as CSV or JSON lines: all of them or none',
    call: 'POST /v1/users/import',
    scopes: write,
    fields: [dryRun],
    file: { '.csv': 'text/csv', '.jsonl': 'application/jsonl', '.ndjson': 'application/x-ndjson', '': 'text/csv' },
    columns: ['dryRun', 'rows', 'imported', 'faulty', 'faults'],
    examples: ['users import --body-file people.csv --dry-run', 'users import --body-file people.jsonl'],
  },
];
