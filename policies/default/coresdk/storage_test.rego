package coresdk.storage_test

import data.coresdk.storage

app(scopes, action, bucket, key) := {
	"subject": "app-1", "client_id": "app-1", "tenant_id": "acme", "scopes": scopes, "roles": [], "context": {"roles": []},
	"action": action, "bucket": bucket, "object_key": key,
}

user(role, action, bucket, key) := object.union(app(["files.read", "files.write"], action, bucket, key), {
	"subject": "usr-1", "user_id": "usr-1", "roles": [role], "context": {"roles": [role]},
})

allowed(question) if storage.allow with input as question

reasons(question) := found if found := storage.deny_reasons with input as question

test_nothing_is_allowed_by_default if {
	not storage.allow
	not allowed({})
}

test_scopes_bound_apps if {
	every action in ["read", "list"] {
		allowed(app(["files.read"], action, "shared", "a/b.txt"))
		not allowed(app(["files.write"], action, "private", "a/b.txt"))
	}
	every action in ["write", "delete"] {
		allowed(app(["files.write"], action, "private", "a/b.txt"))
		"insufficient_scope" in reasons(app(["files.read"], action, "shared", "a/b.txt"))
	}
	not allowed(app([], "read", "shared", "a"))
	not allowed(app(["projects.read"], "read", "shared", "a"))
}

test_roles_bound_people_in_what_is_shared if {
	every role in ["owner", "admin"] {
		allowed(user(role, "delete", "shared", "a"))
	}
	allowed(user("member", "write", "shared", "a"))
	"insufficient_role" in reasons(user("member", "delete", "shared", "a"))
	allowed(object.union(user("member", "delete", "shared", "a"), {"resource_owner": "usr-1"}))
	allowed(user("viewer", "read", "shared", "a"))
	not allowed(user("viewer", "write", "shared", "a"))
}

test_what_is_theirs_people_may_write_and_delete if {
	every bucket in ["private", "user"] {
		every action in ["read", "list", "write", "delete"] {
			allowed(user("viewer", action, bucket, "a/b"))
		}
	}
}

test_the_tier_of_users_needs_one if reasons(app(["files.read"], "read", "user", "a")) == {"user_missing"}

test_what_is_not_known_is_refused if {
	reasons(app(["files.read"], "read", "public", "a")) == {"bucket_unknown"}
	"action_unknown" in reasons(app(["files.read"], "chmod", "shared", "a"))
	not allowed(object.remove(app(["files.read"], "read", "shared", "a"), ["action"]))
}

test_keys_stay_where_they_are if {
	every key in [
		"", "/", "/a", "a//b", "../a", "a/..", "a/../b", "./a", "a/.", ".", "..", "a\\b", "a/%2e%2e/b", "%2E%2E/a",
		"a%2fb", "a%5Cb", "a\nb", "a/", "a%00",
	] {
		"object_key_invalid" in reasons(app(["files.read"], "read", "shared", key))
	}
	every key in ["a", "a/b.txt", "a/..b", "a.b/c..", "ünï/x y", ".hidden"] {
		allowed(app(["files.read"], "read", "shared", key))
	}
	allowed(app(["files.read"], "list", "shared", ""))
	allowed(app(["files.read"], "list", "shared", "a/"))
	not allowed(app(["files.read"], "list", "shared", "a/../"))
}

test_another_tenants_object_is_refused if {
	asked := object.union(app(["admin"], "read", "shared", "a"), {"resource_tenant": "globex"})
	"cross_tenant" in reasons(asked)
}
