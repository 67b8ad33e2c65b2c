# METADATA
# title: Can the caller query or change this collection?
# description: |
#   DatabaseGate queries this policy before an application queries its own database.
#     input.action        `read`, `write`, `delete` or `admin`
#     input.collection    the table or collection, optionally prefixed with its schema
#     input.query         the filter as JSON; null if there is no filter
#     input.subject, input.scopes, input.roles, input.tenant_id, input.tenant_slug   the verified caller
#   `data.coresdk.authz` checks scopes and roles, for `database.<action>` or `<collection>.<action>`: the `orders.read` or
#   `database.read` scope allows reading orders. The `admin` action requires a separate scope and, for people, the owner or
#   admin role.
package coresdk.database

import data.coresdk.authz

# METADATA
# title: The access is allowed
# entrypoint: true
default allow := false

allow if count(deny_reasons) == 0

# METADATA
# title: The reasons for a denial, as stable codes
# entrypoint: true
deny_reasons contains "action_unknown" if not action in {"read", "write", "delete", "admin"}

deny_reasons contains "collection_invalid" if not regex.match(`^[A-Za-z_][A-Za-z0-9_-]{0,62}(\.[A-Za-z0-9_-]{1,63}){0,2}$`, collection)

# Collections of the database system itself.
deny_reasons contains "collection_reserved" if {
	regex.match(`^sqlite_|(^|\.)pg_|^(information_schema|performance_schema|mysql|sys|system|admin|local|config)(\.|$)`, lower(collection))
}

deny_reasons contains "query_invalid" if not is_query

# A filter for another tenant, or for all tenants except one: every value below `tenant_id` must be the token's tenant.
deny_reasons contains "cross_tenant" if {
	some path, value in below_tenant
	is_foreign(path, value)
}

# These operators in a filter run code in the database, or reach other collections.
deny_reasons contains "query_operator" if {
	walk(input.query, [path, _])
	some step in path
	step in {"$where", "$function", "$accumulator", "$expr", "mapReduce", "$out", "$merge", "$lookup", "$graphLookup", "$unionWith"}
}

deny_reasons contains reason if {
	not is_authorized
	reasons := authz.deny_reasons with input as question("database")
	some reason in reasons
}

deny_reasons contains "not_authorized" if not is_authorized

deny_reasons contains "insufficient_scope" if {
	action == "admin"
	not may_administer
}

# METADATA
# title: The scope or role that a denied caller lacks, as sentences for people
# entrypoint: true
deny_details contains detail if {
	not is_authorized
	details := authz.deny_details with input as question("database")
	some detail in details
}

deny_details contains `This call needs the scope "database.admin".` if {
	action == "admin"
	not may_administer
}

is_authorized if {
	some stem in {"database", collection}
	authz.allow with input as question(stem)
}

may_administer if {
	some scope in input.scopes
	scope in {"admin", "platform.admin", "database.admin", "database.*", sprintf("%v.admin", [collection])}
}

action := object.get(input, "action", "")

collection := object.get(input, "collection", "")

question(stem) := object.union(input, {"action": sprintf("%v.%v", [stem, action])})

is_query if object.get(input, "query", null) == null

is_query if is_object(input.query)

is_query if is_array(input.query)

below_tenant[path] := value if {
	walk(input.query, [path, value])
	some step in path
	step in {"tenant_id", "tenantId"}
}

# A leaf that is not the caller's own tenant.
is_foreign(_, value) if {
	not is_object(value)
	not is_array(value)
	not value in {input.tenant_id, object.get(input, "tenant_slug", input.tenant_id)}
}

# Any operator other than "is" and "is one of".
is_foreign(path, _) if {
	some index, step in path
	step in {"tenant_id", "tenantId"}
	some operator in array.slice(path, index + 1, count(path))
	is_string(operator)
	not operator in {"$eq", "$in"}
}
