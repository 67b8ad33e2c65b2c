# METADATA
# title: Tenant isolation
# description: |
#   For applications that ask about two tenants by name. Give one of these pairs:
#     input.jwt_tenant, input.requested_tenant   whose token it is, and whose data is asked for
#     input.tenant_id, input.resource_tenant     who asks, and whose the resource is
package tenant

# METADATA
# title: Both tenants of a pair are the same
# entrypoint: true
default isolated := false

isolated if {
	some pair in pairs
	same(pair)
	count(violation) == 0
}

# METADATA
# title: Messages that say what breaks the isolation
# entrypoint: true
violation contains message if {
	some pair in pairs
	not same(pair)
	message := sprintf("%s and %s are not the same tenant", [pair.asks, pair.owns])
}

pairs contains {"asks": "jwt_tenant", "owns": "requested_tenant"} if input.requested_tenant

pairs contains {"asks": "tenant_id", "owns": "resource_tenant"} if input.resource_tenant

same(pair) if {
	input[pair.asks] == input[pair.owns]
	is_string(input[pair.asks])
	input[pair.asks] != ""
}

deny_reasons contains "cross_tenant" if count(violation) > 0

deny_reasons contains "tenant_missing" if count(pairs) == 0

# METADATA
# title: Why, in a word
# entrypoint: true
deny_reason := concat(", ", sort(deny_reasons)) if count(deny_reasons) > 0
