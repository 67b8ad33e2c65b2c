package coresdk.workflow_test

import data.coresdk.workflow

app(scopes, action, id) := {
	"subject": "app-1", "tenant_id": "acme", "scopes": scopes, "roles": [], "context": {"roles": []},
	"action": action, "workflow_id": id, "workflow_input": null,
}

person(role, action) := object.union(app(["workflows.read", "workflows.write"], action, "wfl-1"), {
	"subject": "usr-1", "roles": [role], "context": {"roles": [role]},
})

allowed(question) if workflow.allow with input as question

reasons(question) := found if found := workflow.deny_reasons with input as question

test_nothing_is_allowed_by_default if {
	not workflow.allow
	not allowed({})
}

test_scopes_bound_apps if {
	allowed(app(["workflows.read"], "read", "wfl-1"))
	every action in ["execute", "cancel"] {
		allowed(app(["workflows.write"], action, "wfl-1"))
		"insufficient_scope" in reasons(app(["workflows.read"], action, "wfl-1"))
	}
}

test_roles_bound_people if {
	allowed(person("viewer", "read"))
	not allowed(person("viewer", "execute"))
	allowed(person("member", "execute"))
	allowed(person("member", "cancel"))
}

test_what_is_not_known_is_refused if {
	"action_unknown" in reasons(app(["admin"], "edit", "wfl-1"))
	every id in ["", "../x", "a b", "a/b"] {
		"workflow_invalid" in reasons(app(["admin"], "read", id))
	}
}

test_another_tenants_workflow_is_refused if {
	"cross_tenant" in reasons(object.union(app(["admin"], "read", "wfl-1"), {"resource_tenant": "globex"}))
}
