export const title = 'sets and comprehensions; the result is an object';

export const policy = `package app.sets

granted contains permission if {
	some role in input.roles
	some permission in data.roles[role]
}

wanted := {permission | some permission in input.permissions}

missing := wanted - granted

conflicts contains pair if {
	some pair in data.exclusive
	every permission in pair {
		permission in granted
	}
}

actions[resource] contains action if {
	some permission in granted
	[resource, action] := split(permission, ":")
}

report := {
	"allow": count(missing) + count(conflicts) == 0,
	"missing": sort(missing),
	"conflicts": sort(conflicts),
	"actions": {resource: count(names) | some resource, names in actions},
}
`;

export const rule = 'data.app.sets.report';

const allOf = (resource, ...actions) => actions.map((action) => `${resource}:${action}`);

export const data = {
  roles: {
    clerk: [...allOf('invoice', 'create', 'read', 'update'), ...allOf('customer', 'read')],
    approver: [...allOf('invoice', 'approve', 'read'), ...allOf('payment', 'release', 'read')],
    auditor: ['invoice', 'customer', 'payment', 'ledger', 'user'].flatMap((name) => allOf(name, 'read', 'export')),
    admin: allOf('user', 'create', 'read', 'update', 'delete', 'suspend'),
  },
  exclusive: [
    ['invoice:create', 'invoice:approve'],
    ['user:create', 'payment:release'],
    ['user:delete', 'ledger:export'],
  ],
};

export const decisions = [
  [
    { roles: ['clerk'], permissions: ['invoice:update', 'customer:read'] },
    { allow: true, missing: [], conflicts: [], actions: { invoice: 3, customer: 1 } },
  ],
  [
    { roles: ['clerk', 'approver'], permissions: ['invoice:approve', 'ledger:read'] },
    {
      allow: false,
      missing: ['ledger:read'],
      conflicts: [['invoice:create', 'invoice:approve']],
      actions: { invoice: 4, customer: 1, payment: 2 },
    },
  ],
  [
    { roles: ['auditor', 'admin'], permissions: ['user:suspend', 'payment:release', 'invoice:approve'] },
    {
      allow: false,
      missing: ['invoice:approve', 'payment:release'],
      conflicts: [['user:delete', 'ledger:export']],
      actions: { invoice: 2, customer: 2, payment: 2, ledger: 2, user: 6 },
    },
  ],
  [
    { roles: ['visitor'], permissions: ['invoice:read'] },
    { allow: false, missing: ['invoice:read'], conflicts: [], actions: {} },
  ],
];
