# METADATA
# title: Tenant isolation
# description: |
#   For applications that compare two tenants by name. Provide one of these pairs:
#     input.jwt_tenant, input.requested_tenant   the tenant in the token, and the tenant whose data is requested
#     input.tenant_id, input.resource_tenant     the caller's tenant, and the tenant that owns the resource
package tenant

# METADATA
# title: The two tenants of a pair are the same
# entrypoint: true
default isolated := false

isolated if {
	some pair in pairs
	same(pair)
	count(violation) == 0
}

# METADATA
# title: A message for each violation of the isolation
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
# title: The reasons for a denial, as one string
# entrypoint: true
deny_reason := concat(", ", sort(deny_reasons)) if count(deny_reasons) > 0
