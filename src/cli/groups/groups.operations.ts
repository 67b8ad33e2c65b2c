import { body, query, TENANT } from '../operations/field';
import type { Operation } from '../operations/operation';

const read = ['groups.read'];
const write = ['groups.write'];
const change = [...read, ...write];
const admin = ['admin'];
const GROUP = '/v1/groups/{id}';
const GROUP_ROLES = '/api/v1/group-roles';
const roles = ['owner', 'admin', 'member', 'viewer'];
const COLUMNS = ['id', 'displayName', 'role', 'memberCount', 'externalId', 'createdAt'];
const ONE = [...COLUMNS, 'members', 'version', 'updatedAt'];
const RULES = ['rules', 'defaultRole', 'version'];
const SETTINGS = [
  body.text('role', 'role that the members get', { words: roles }),
  body.text('externalId', 'ID of the group at the identity provider'),
];

/** `coresdk groups …`, and `coresdk group-roles …`: the roles that groups of an identity provider grant. */
export const groupsOperations: readonly Operation[] = [
  {
    name: 'groups list',
    summary: 'List groups',
    call: 'GET /v1/groups',
    scopes: read,
    fields: [
      query.text('role', 'role that the members get', { words: roles }),
      query.text('externalId', 'ID of the group at the identity provider'),
      query.text('sort', 'createdAt, updatedAt or displayName; a leading - reverses the order'),
    ],
    list: 'pages',
    columns: COLUMNS,
    examples: ['groups list --sort displayName'],
  },
  {
    name: 'groups get',
    summary: 'Show a group with its members',
    call: `GET ${GROUP}`,
    scopes: read,
    columns: ONE,
    examples: ['groups get grp-01j…'],
  },
  {
    name: 'groups create',
    summary: 'Create a group',
    call: 'POST /v1/groups',
    scopes: write,
    fields: [
      body.text('displayName', 'display name', { isArgument: true }),
      ...SETTINGS,
      body.list('members', 'IDs of users', { option: 'member' }),
    ],
    columns: ONE,
    examples: ['groups create Support --role viewer --member usr-01j…'],
  },
  {
    name: 'groups update',
    summary: 'Change the name or the role of a group',
    call: `PATCH ${GROUP}`,
    changes: GROUP,
    scopes: change,
    fields: [body.text('displayName', 'display name', { option: 'name' }), ...SETTINGS],
    columns: ONE,
    examples: ['groups update grp-01j… --role member'],
  },
  {
    name: 'groups delete',
    summary: 'Delete a group; its members lose the role that it grants',
    call: `DELETE ${GROUP}`,
    changes: GROUP,
    scopes: change,
    columns: [],
    danger: 'Delete the group {id}?',
    done: '{id} is deleted.',
    examples: ['groups delete grp-01j… --yes'],
  },
  {
    name: 'groups members',
    summary: 'List the members of a group',
    call: `GET ${GROUP}/members`,
    scopes: read,
    list: 'pages',
    columns: ['userId', 'addedAt'],
    examples: ['groups members grp-01j… --only userId'],
  },
  {
    name: 'groups add-member',
    summary: 'Add a user to a group',
    call: `PUT ${GROUP}/members/{userId}`,
    scopes: write,
    columns: [],
    done: '{userId} is a member of {id}.',
    examples: ['groups add-member grp-01j… usr-01j…'],
  },
  {
    name: 'groups remove-member',
    summary: 'Remove a user from a group',
    call: `DELETE ${GROUP}/members/{userId}`,
    scopes: write,
    columns: [],
    danger: 'Remove {userId} from {id}?',
    done: '{userId} is removed from {id}.',
    examples: ['groups remove-member grp-01j… usr-01j… --yes'],
  },
  {
    name: 'group-roles get',
    summary: 'Show the roles that groups of an identity provider grant',
    call: `GET ${GROUP_ROLES}`,
    scopes: admin,
    fields: [TENANT],
    columns: RULES,
    examples: ['group-roles get'],
  },
  {
    name: 'group-roles set',
    summary: 'Set the roles that groups grant; members get them immediately',
    call: `PUT ${GROUP_ROLES}`,
    changes: GROUP_ROLES,
    scopes: admin,
    fields: [
      body.json('rules', `rules, such as [{"group":"Engineering","role":"member"}]`, { isRequired: true }),
      body.text('defaultRole', 'role of users that no rule matches', {
        words: ['admin', 'member', 'viewer'],
        isRequired: true,
      }),
      TENANT,
    ],
    columns: RULES,
    danger: 'Replace the roles of all users that an identity provider manages?',
    examples: [`group-roles set --rules '[{"group":"Engineering","role":"member"}]' --default-role viewer --yes`],
  },
];
