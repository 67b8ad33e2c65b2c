/** A typical handwritten role-based policy of 40 lines, and the requests to decide. */
export const RBAC = `package app.rbac

# Who may do what with which resource.
default allow := false

allow if {
	not is_suspended
	some role in user_roles
	some permission in role_permissions[role]
	permission.action == input.action
	permission.resource == input.resource
}

allow if {
	is_owner
	input.action in {"read", "update"}
}

is_suspended if input.user in data.suspended

is_owner if input.owner == input.user

user_roles contains role if some role in data.user_roles[input.user]

user_roles contains "guest" if input.anonymous

role_permissions := {
	"admin": [
		{"action": "read", "resource": "invoice"},
		{"action": "update", "resource": "invoice"},
		{"action": "delete", "resource": "invoice"},
		{"action": "read", "resource": "report"},
	],
	"accountant": [
		{"action": "read", "resource": "invoice"},
		{"action": "update", "resource": "invoice"},
	],
	"viewer": [{"action": "read", "resource": "report"}],
	"guest": [{"action": "read", "resource": "home"}],
}
`;

export const RBAC_DATA = {
  suspended: ['mallory'],
  user_roles: { alice: ['admin'], bob: ['accountant', 'viewer'], carol: ['viewer'], mallory: ['admin'] },
};

/** Requests with their expected decisions; half of them are denied. */
export const RBAC_REQUESTS = [
  [{ user: 'alice', action: 'delete', resource: 'invoice' }, true],
  [{ user: 'bob', action: 'update', resource: 'invoice' }, true],
  [{ user: 'bob', action: 'delete', resource: 'invoice' }, false],
  [{ user: 'carol', action: 'read', resource: 'report' }, true],
  [{ user: 'carol', action: 'read', resource: 'invoice' }, false],
  [{ user: 'dave', owner: 'dave', action: 'update', resource: 'note' }, true],
  [{ user: 'mallory', action: 'read', resource: 'invoice' }, false],
  [{ user: 'eve', action: 'read', resource: 'home' }, false],
];
