import { body, query } from '../operations/field';
import type { Operation } from '../operations/operation';

const read = ['projects.read'];
const write = ['projects.write'];
const change = [...read, ...write];
const PROJECT = '/v1/projects/{id}';
const words = {
  status: ['planned', 'active', 'on_hold', 'completed', 'archived'],
  priority: ['low', 'medium', 'high', 'critical'],
  role: ['admin', 'member', 'viewer'],
};
const COLUMNS = ['id', 'key', 'name', 'status', 'priority', 'ownerId', 'createdAt'];
const ONE = [
  ...COLUMNS,
  'description',
  'labels',
  'startDate',
  'endDate',
  'budget',
  'version',
  'updatedAt',
  'deletedAt',
];
const MEMBER = ['userId', 'role', 'addedAt', 'addedBy'];
const SETTINGS = [
  body.text('description', 'description'),
  body.text('status', 'status', { words: words.status }),
  body.text('priority', 'priority', { words: words.priority }),
  body.text('startDate', 'first day, such as 2026-01-31'),
  body.text('endDate', 'last day'),
  body.number('budget', 'budget'),
  body.list('labels', 'labels', { option: 'label' }),
];

/** `coresdk projects …` */
export const projectsOperations: readonly Operation[] = [
  {
    name: 'projects list',
    summary: 'List projects',
    call: 'GET /v1/projects',
    scopes: read,
    fields: [
      query.text('key', 'key of the project'),
      query.text('ownerId', 'ID of the owner', { option: 'owner' }),
      query.text('status', 'status', { words: words.status }),
      query.text('priority', 'priority', { words: words.priority }),
      query.text('label', 'a label'),
      query.switch('deleted', 'lists only deleted projects'),
      query.text('sort', 'createdAt, updatedAt or name; a leading - reverses the order'),
    ],
    list: 'pages',
    columns: COLUMNS,
    examples: ['projects list --status active --label mobile', 'projects list --deleted --only id'],
  },
  {
    name: 'projects get',
    summary: 'Show a project',
    call: `GET ${PROJECT}`,
    scopes: read,
    columns: ONE,
    examples: ['projects get prj-01j…'],
  },
  {
    name: 'projects create',
    summary: 'Create a project',
    call: 'POST /v1/projects',
    scopes: write,
    fields: [
      body.text('key', 'short code, such as APOLLO', { isArgument: true }),
      body.text('name', 'display name', { isArgument: true }),
      ...SETTINGS,
    ],
    columns: ONE,
    examples: ['projects create APOLLO Apollo --priority high --label mobile'],
  },
  {
    name: 'projects update',
    summary: 'Change a project',
    call: `PATCH ${PROJECT}`,
    changes: PROJECT,
    scopes: change,
    fields: [body.text('key', 'short code'), body.text('name', 'display name'), ...SETTINGS],
    columns: ONE,
    examples: ['projects update prj-01j… --status on_hold'],
  },
  {
    name: 'projects delete',
    summary: 'Delete a project; you can restore it for 30 days',
    call: `DELETE ${PROJECT}`,
    changes: PROJECT,
    scopes: change,
    columns: [],
    danger: 'Delete the project {id}?',
    done: '{id} is deleted. You can restore it for 30 days.',
    examples: ['projects delete prj-01j… --yes'],
  },
  {
    name: 'projects restore',
    summary: 'Restore a deleted project',
    call: `POST ${PROJECT}/restore`,
    scopes: write,
    columns: ONE,
    examples: ['projects restore prj-01j…'],
  },
  {
    name: 'projects transfer',
    summary: 'Transfer a project to a different owner',
    call: `POST ${PROJECT}/transfer`,
    changes: PROJECT,
    scopes: change,
    fields: [body.text('ownerId', 'ID of the new owner', { isArgument: true })],
    columns: ONE,
    danger: 'Transfer {id} to {ownerId}?',
    examples: ['projects transfer prj-01j… usr-01j… --yes'],
  },
  {
    name: 'projects activity',
    summary: 'List the activity of a project, newest first',
    call: `GET ${PROJECT}/activity`,
    scopes: read,
    list: 'pages',
    columns: ['ts', 'action', 'actorType', 'actorId', 'outcome'],
    examples: ['projects activity prj-01j… --limit 10'],
  },
  {
    name: 'projects members',
    summary: 'List the members of a project, excluding its owner',
    call: `GET ${PROJECT}/members`,
    scopes: read,
    fields: [query.text('role', 'role of the member', { words: words.role })],
    list: 'pages',
    columns: MEMBER,
    examples: ['projects members prj-01j…'],
  },
  {
    name: 'projects set-member',
    summary: 'Add a user to a project, or change the role of a member',
    call: `PUT ${PROJECT}/members/{userId}`,
    scopes: write,
    fields: [body.text('role', 'role of the member', { words: words.role, isRequired: true })],
    columns: MEMBER,
    examples: ['projects set-member prj-01j… usr-01j… --role viewer'],
  },
  {
    name: 'projects remove-member',
    summary: 'Remove a member from a project',
    call: `DELETE ${PROJECT}/members/{userId}`,
    scopes: write,
    columns: [],
    danger: 'Remove {userId} from {id}?',
    done: '{userId} is removed from {id}.',
    examples: ['projects remove-member prj-01j… usr-01j… --yes'],
  },
];
