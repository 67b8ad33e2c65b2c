# METADATA
# title: Scopes that an agent can get
# description: |
#   The platform queries this policy before it creates a token for an agent.
#     input.target_service    the service that the agent will call
#     input.scopes            the scopes that the agent requests
#     input.parent_claims     the verified claims of the delegating parent: scope or scopes, tenant_id, roles, act
#     input.grant_type        `agent_spawn` (a user starts an agent) or `agent_delegation`
#     input.ttl_seconds       the lifetime of the token in seconds, 1 to 300
#     input.agents_before     the number of agents between the parent and the user or app at the start of the chain
#   The platform never gives an agent a reserved scope or a scope that its parent lacks, whatever this policy decides.
package coresdk.agent_delegation

# METADATA
# title: The agent can have these scopes
# entrypoint: true
default allow := false

allow if count(deny_reasons) == 0

# METADATA
# title: The reasons for a denial, as stable codes
# entrypoint: true
deny_reasons contains "parent_missing" if not has_parent

deny_reasons contains "target_service_missing" if not has_target

# An agent without scopes cannot do anything, so a request without scopes is a mistake.
deny_reasons contains "scopes_missing" if not asks_for_scopes

# Least privilege: an agent never gets more scopes than its parent has, whatever the parent's roles are.
deny_reasons contains "scope_not_held_by_parent" if {
	some scope in input.scopes
	not scope in parent_scopes
}

# Reserved scopes are for people and their apps; an agent is never an administrator.
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
