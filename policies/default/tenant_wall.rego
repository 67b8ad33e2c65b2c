# METADATA
# title: Tenant wall
# description: |
#   Stands before every other policy and is never replaced: neither a tenant's bundle nor CORESDK_POLICY_DIR may define
#   this package. Unlike other policies it is given
#     input.tenant   the tenant that decides, known from a verified token or a trusted service: {"id": …, "slug": …}
#     input.asked    the input as the caller sent it, which proves nothing
package tenant_wall

# METADATA
# title: Where the caller's input may name a tenant
# description: An input with none of these passes without being asked about, so the rule below looks at nothing else.
places := [
	["tenant_id"],
	["resource_tenant"],
	["requested_tenant"],
	["jwt_tenant"],
	["context", "resource_tenant"],
]

# METADATA
# title: Places at which the input names a tenant other than the one that decides
# entrypoint: true
deny contains concat(".", place) if {
	some place in places
	foreign(object.get(input.asked, place, null))
}

# A tenant has two names. Anything else is foreign, also what is no text at all; null and the empty text name nobody.
foreign(name) if not name in {input.tenant.id, input.tenant.slug, "", null}
