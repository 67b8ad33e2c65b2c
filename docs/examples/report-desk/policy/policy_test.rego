package authz_test

import data.authz

deletion := {
	"subject": "usr-1", "action": "file.delete", "resource": "file/shared/reports/1.json", "tenant_id": "acme",
	"scopes": ["files.write"], "roles": ["owner"],
}

test_reports_cannot_be_deleted if {
	not authz.allow with input as deletion
	authz.deny_reason == "reports_are_kept" with input as deletion
}

test_other_files_can_be_deleted if {
	authz.allow with input as object.union(deletion, {"resource": "file/shared/drafts/1.json"})
}
