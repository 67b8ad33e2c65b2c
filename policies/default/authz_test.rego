package authz_test

import data.authz

question := {
	"subject": "app-1", "action": "project.get", "resource": "project/1", "tenant_id": "acme",
	"scopes": ["projects.read"],
}

test_the_base_decides if authz.allow with input as question

test_nothing_is_allowed_by_default if {
	not authz.allow with input as {}
	not authz.allow with input as question with data.coresdk.authz.allow as false
}

test_the_reasons_are_those_of_the_base if {
	denied := object.union(question, {"action": "project.create"})
	authz.deny_reasons == {"insufficient_scope"} with input as denied
	authz.deny_reason == "insufficient_scope" with input as denied
	authz.deny_details == {`This call needs the scope "projects.write".`} with input as denied
}
