export const title = 'lookups in 10 MB of data';

export const policy = `package app.lookup

default allow := false

user := data.users[input.user]

allow if {
	user.active
	some group in user.groups
	some grant in data.groups[group].grants
	grant.resource == input.resource
	input.action in grant.actions
}

allow if {
	user.active
	input.action == "read"
	data.users[input.owner].manager == input.user
}
`;

export const rule = 'data.app.lookup.allow';

const USERS = 40_000;
const GROUPS = 4_000;
const nameOf = (number) => `user-${String(number).padStart(6, '0')}`;
const groupOf = (number) => `group-${String(number % GROUPS).padStart(4, '0')}`;

const user = (_, number) => [
  nameOf(number),
  {
    name: `Person ${number} of Department ${number % 97}`,
    email: `${nameOf(number)}@example.com`,
    active: number % 10 !== 9,
    manager: nameOf(Math.floor(number / 8)),
    groups: [groupOf(number), groupOf(number * 7 + 1), groupOf(number * 13 + 2)],
    attributes: { site: `site-${number % 31}`, cost_centre: `${1000 + (number % 400)}`, level: number % 7 },
  },
];
const group = (_, number) => [
  groupOf(number),
  {
    grants: [
      { resource: `resource-${number}`, actions: ['read'] },
      { resource: `resource-${number + GROUPS}`, actions: ['read', 'update'] },
    ],
  },
];

export const data = {
  users: Object.fromEntries(Array.from({ length: USERS }, user)),
  groups: Object.fromEntries(Array.from({ length: GROUPS }, group)),
};

export const decisions = [
  [{ user: nameOf(5), resource: 'resource-36', action: 'read' }, true],
  [{ user: nameOf(5), resource: 'resource-36', action: 'update' }, false],
  [{ user: nameOf(20_001), resource: `resource-${1 + GROUPS}`, action: 'update' }, true],
  [{ user: nameOf(35_999), resource: 'resource-3999', action: 'read' }, false],
  [{ user: nameOf(3_001), owner: nameOf(24_010), resource: 'note', action: 'read' }, true],
  [{ user: nameOf(3_001), owner: nameOf(24_020), resource: 'note', action: 'read' }, false],
  [{ user: 'nobody', owner: nameOf(7), resource: 'resource-0', action: 'read' }, false],
];
