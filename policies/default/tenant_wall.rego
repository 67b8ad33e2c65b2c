# METADATA
# title: Tenant wall
# description: |
#   Runs before every other policy and cannot be replaced: neither a tenant's bundle nor CORESDK_POLICY_DIR can define
#   this package. Its input differs from the input of other policies:
#     input.tenant   the tenant that decides, from a verified token or a trusted service: {"id": …, "slug": …}
#     input.asked    the input as the caller sent it, which proves nothing
package tenant_wall

# METADATA
# title: The members of the caller's input that can name a tenant
# description: An input without any of these members passes without an evaluation, so the rule below must not read any other members.
places := [
	["tenant_id"],
	["resource_tenant"],
	["requested_tenant"],
	["jwt_tenant"],
	["context", "resource_tenant"],
]

# METADATA
# title: The members in which the input names a tenant other than the one that decides
# entrypoint: true
deny contains concat(".", place) if {
	some place in places
	foreign(object.get(input.asked, place, null))
}

# A tenant has two names. Any other value is foreign, even one that is not a string. Null and the empty string do not name a tenant.
foreign(name) if not name in {input.tenant.id, input.tenant.slug, "", null}
