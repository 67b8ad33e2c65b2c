package coresdk.agent_delegation_test

import data.coresdk.agent_delegation

asked := {
	"target_service": "reports",
	"scopes": ["projects.read"],
	"parent_claims": {"scope": "projects.read projects.write", "tenant_id": "acme", "roles": []},
}

with_member(name, value) := object.union(asked, {name: value})

reasons(question) := found if found := agent_delegation.deny_reasons with input as question

test_a_part_of_the_parents_scopes_is_allowed if {
	agent_delegation.allow with input as asked
	agent_delegation.allow with input as with_member("parent_claims", {"scopes": ["projects.read"]})
	agent_delegation.allow with input as with_member("tenant_id", "acme")
}

test_nothing_is_allowed_by_default if {
	not agent_delegation.allow with input as {}
	not agent_delegation.allow
}

test_more_than_the_parent_has_is_denied if {
	reasons(with_member("scopes", ["projects.read", "files.read"])) == {"scope_not_held_by_parent"}
}

test_roles_of_the_parent_give_no_scope if {
	parent := {"scope": "", "roles": ["owner", "agent_delegator"]}
	"scope_not_held_by_parent" in reasons(object.union(object.remove(asked, ["parent_claims"]), {"parent_claims": parent}))
}

test_reserved_scopes_are_never_delegated if {
	question := object.union(asked, {"scopes": ["admin"], "parent_claims": {"scopes": ["admin"]}})
	reasons(question) == {"scope_reserved"}
}

test_incomplete_questions_are_denied if {
	reasons(object.remove(asked, ["parent_claims"])) == {"parent_missing", "scope_not_held_by_parent"}
	reasons(object.remove(asked, ["target_service"])) == {"target_service_missing"}
	reasons(with_member("target_service", "")) == {"target_service_missing"}
	reasons(with_member("scopes", [])) == {"scopes_missing"}
	"scopes_missing" in reasons(with_member("scopes", "projects.read"))
}

test_another_tenants_parent_is_denied if {
	reasons(with_member("tenant_id", "globex")) == {"tenant_mismatch"}
}
