export const title = 'attributes, times and networks';

export const policy = `package app.abac

default allow := false

allow if {
	input.user.clearance >= document.level
	input.user.department in document.departments
	from_own_site
	during_work
	not expired
}

allow if {
	input.user.department == "audit"
	input.action == "read"
	not expired
}

document := data.documents[input.document]

now := time.parse_rfc3339_ns(input.time)

expired if time.parse_rfc3339_ns(document.expires) <= now

from_own_site if {
	some network in data.sites[input.user.site]
	net.cidr_contains(network, input.address)
}

during_work if {
	not time.weekday(now) in {"Saturday", "Sunday"}
	[hour, _, _] := time.clock(now)
	hour >= 7
	hour < 19
}
`;

export const rule = 'data.app.abac.allow';

export const data = {
  documents: {
    plan: { level: 3, departments: ['finance', 'board'], expires: '2027-01-01T00:00:00Z' },
    menu: { level: 0, departments: ['finance', 'board', 'kitchen', 'audit'], expires: '2027-06-01T00:00:00Z' },
    draft: { level: 1, departments: ['finance'], expires: '2026-03-01T00:00:00Z' },
  },
  sites: { berlin: ['10.1.0.0/16', '192.168.7.0/24'], oslo: ['10.2.0.0/16', '2001:db8:7::/48'] },
};

const ann = { department: 'finance', clearance: 3, site: 'berlin' };
const bob = { department: 'kitchen', clearance: 0, site: 'oslo' };
const eve = { department: 'audit', clearance: 1, site: 'oslo' };
const workday = '2026-11-30T10:15:00Z';

export const decisions = [
  [{ user: ann, action: 'read', document: 'plan', address: '192.168.7.20', time: workday }, true],
  [{ user: ann, action: 'read', document: 'plan', address: '10.2.0.1', time: workday }, false],
  [{ user: ann, action: 'write', document: 'draft', address: '10.1.2.3', time: workday }, false],
  [{ user: ann, action: 'read', document: 'plan', address: '10.1.2.3', time: '2026-11-29T10:15:00Z' }, false],
  [{ user: bob, action: 'read', document: 'menu', address: '2001:db8:7::5', time: workday }, true],
  [{ user: bob, action: 'read', document: 'plan', address: '10.2.0.1', time: workday }, false],
  [{ user: eve, action: 'read', document: 'plan', address: '8.8.8.8', time: '2026-11-29T23:15:00Z' }, true],
  [{ user: eve, action: 'write', document: 'menu', address: '8.8.8.8', time: workday }, false],
];
