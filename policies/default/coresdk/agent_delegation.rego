# METADATA
# title: Scopes that an agent may get
# description: |
#   Asked before a token for an agent is made.
#     input.target_service    the service that the agent will call
#     input.scopes            the scopes that it asks for
#     input.parent_claims     the verified claims of whoever delegates: scope or scopes, tenant_id, roles, act
#     input.grant_type        `agent_spawn` (a user starts an agent) or `agent_delegation`
#     input.ttl_seconds       how long the token is to live, 1 to 300
#     input.agents_before     how many agents stand between the parent and the user or app that it comes from
#   The platform never gives an agent a scope that its parent lacks, nor a reserved one, whatever is answered here.
package coresdk.agent_delegation

# METADATA
# title: The agent may have these scopes
# entrypoint: true
default allow := false

allow if count(deny_reasons) == 0

# METADATA
# title: Why not, in stable words
# entrypoint: true
deny_reasons contains "parent_missing" if not has_parent

deny_reasons contains "target_service_missing" if not has_target

# An agent without scopes could do nothing; asking for none is a mistake.
deny_reasons contains "scopes_missing" if not asks_for_scopes

# Least privilege: never more than the parent has, whatever roles it has.
deny_reasons contains "scope_not_held_by_parent" if {
	some scope in input.scopes
	not scope in parent_scopes
}

# Reserved scopes are for people and their apps; an agent never administers.
deny_reasons contains "scope_reserved" if {
	some scope in input.scopes
	scope in {"admin", "platform.admin", "scim", "introspect"}
}

deny_reasons contains "tenant_mismatch" if {
	input.tenant_id
	input.tenant_id != object.get(input.parent_claims, "tenant_id", input.tenant_id)
}

asks_for_scopes if {
	is_array(input.scopes)
	count(input.scopes) > 0
}

parent_scopes contains scope if {
	some scope in input.parent_claims.scopes
}

parent_scopes contains scope if {
	some scope in split(input.parent_claims.scope, " ")
	scope != ""
}

has_parent if is_object(input.parent_claims)

has_target if {
	is_string(input.target_service)
	input.target_service != ""
}
