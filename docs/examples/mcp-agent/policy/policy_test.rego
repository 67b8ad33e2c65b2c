package authz_test

import data.authz

refund := {
	"subject": "app-order-agent", "action": "skill.run", "resource": "skill/refund-order", "tenant_id": "acme",
	"scopes": ["skills.run"], "roles": [],
}

test_the_agent_cannot_refund if {
	not authz.allow with input as refund
	authz.deny_reason == "skill_is_not_for_agents" with input as refund
}

test_the_agent_can_find_orders if {
	authz.allow with input as object.union(refund, {"resource": "skill/find-order"})
}

test_other_apps_can_refund if {
	authz.allow with input as object.union(refund, {"subject": "app-help-desk"})
}
