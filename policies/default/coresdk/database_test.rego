package coresdk.database_test

import data.coresdk.database

app(scopes, action, collection) := {
	"subject": "app-1", "tenant_id": "tnt-acme", "tenant_slug": "acme", "scopes": scopes, "roles": [],
	"context": {"roles": []}, "action": action, "collection": collection, "query": null,
}

person(role, action) := object.union(app(["database.read", "database.write", "database.admin"], action, "orders"), {
	"subject": "usr-1", "roles": [role], "context": {"roles": [role]},
})

with_query(query) := object.union(app(["database.read"], "read", "orders"), {"query": query})

allowed(question) if database.allow with input as question

reasons(question) := found if found := database.deny_reasons with input as question

test_nothing_is_allowed_by_default if {
	not database.allow
	not allowed({})
}

test_scopes_are_of_all_collections_or_of_one if {
	every scope in ["database.read", "orders.read", "database.*", "orders.*"] {
		allowed(app([scope], "read", "orders"))
		not allowed(app(["invoices.read"], "read", "orders"))
	}
	every action in ["write", "delete"] {
		allowed(app(["database.write"], action, "orders"))
		"insufficient_scope" in reasons(app(["database.read"], action, "orders"))
	}
	not allowed(app([], "read", "orders"))
}

test_administering_is_a_scope_of_its_own if {
	"insufficient_scope" in reasons(app(["database.write"], "admin", "orders"))
	allowed(app(["database.admin"], "admin", "orders"))
	allowed(app(["admin"], "admin", "orders"))
}

test_roles_bound_people if {
	allowed(person("viewer", "read"))
	not allowed(person("viewer", "write"))
	allowed(person("member", "write"))
	not allowed(person("member", "delete"))
	not allowed(person("member", "admin"))
	allowed(person("owner", "admin"))
}

test_what_databases_keep_of_themselves_is_refused if {
	every collection in ["pg_catalog.pg_shadow", "information_schema.tables", "public.pg_authid", "sqlite_master", "admin", "system.users"] {
		"collection_reserved" in reasons(app(["admin"], "read", collection))
	}
	every collection in ["", "a b", "a;drop", "a'--", "../a", "a.b.c.d", "a/b"] {
		"collection_invalid" in reasons(app(["admin"], "read", collection))
	}
	allowed(app(["database.read"], "read", "sales.orders"))
}

test_a_filter_names_no_other_tenant if {
	every query in [{"tenant_id": "acme"}, {"tenantId": "tnt-acme"}, {"$and": [{"tenant_id": {"$in": ["acme"]}}, {"a": 1}]}, [], {}] {
		allowed(with_query(query))
	}
	every query in [
		{"tenant_id": "globex"}, {"tenant_id": {"$ne": "acme"}}, {"tenant_id": {"$in": ["acme", "globex"]}}, {"$or": [{"tenantId": null}]},
		{"tenant_id": {"$exists": true}}, {"a": {"tenant_id": 7}}, {"tenant_id": {"$not": {"$eq": "acme"}}},
	] {
		"cross_tenant" in reasons(with_query(query))
	}
}

test_code_and_other_collections_have_no_place_in_a_filter if {
	every query in [{"$where": "1"}, {"a": {"$expr": {"$function": {}}}}, [{"$lookup": {"from": "users"}}], {"$or": [{"$where": "x"}]}] {
		"query_operator" in reasons(with_query(query))
	}
	"query_invalid" in reasons(with_query("1=1"))
	"action_unknown" in reasons(app(["admin"], "truncate", "orders"))
}
