# METADATA
# title: May this subject do this?
# description: |
#   What `data.authz.allow` says until a tenant uploads a package `authz` of its own, which can build on this one:
#   `allow if { data.coresdk.authz.allow; … }`.
#     input.subject           who acts
#     input.action            `project.get`, `read` or `GET`
#     input.resource          `documents/doc-1`, `/v1/projects/prj-1`
#     input.tenant_id         tenant of the subject
#     input.resource_tenant   tenant of the resource; also as context.resource_tenant
#     input.resource_owner    subject that owns the resource; also as context.owner
#     input.scopes            what an application was granted: an array or a text; also as input.scope
#     input.context.roles     what a person may do in the tenant; also as input.roles
#     input.context.project   the project that the call is about, if the person is in it: {"id": …, "role": …}
#   Scopes bound what an application may do, roles what a person may do. Where both are given, both must agree.
package coresdk.authz

# METADATA
# title: The call may continue
# entrypoint: true
default allow := false

allow if {
	is_well_formed
	not crosses_tenants
	not is_platform_only
	not is_trigger_of_agent
	scopes_suffice
	person_suffices
}

# To ask for a decision is not to act.
allow if {
	input.action == "authorize"
	is_well_formed
	not crosses_tenants
}

# METADATA
# title: Why not, in stable words
# entrypoint: true
deny_reasons contains "subject_missing" if not is_name(object.get(input, "subject", null))

deny_reasons contains "action_missing" if not is_name(object.get(input, "action", null))

deny_reasons contains "cross_tenant" if crosses_tenants

deny_reasons contains "platform_only" if is_platform_only

deny_reasons contains "trigger_of_agent" if is_trigger_of_agent

deny_reasons contains "insufficient_scope" if {
	not allow
	not scopes_suffice
	count(apis) > 0
}

# A verb alone, with a resource that names no API: there is no scope for it.
deny_reasons contains "unknown_action" if {
	not allow
	not scopes_suffice
	count(apis) == 0
}

deny_reasons contains "insufficient_role" if {
	not allow
	not person_suffices
}

# METADATA
# title: The same as one text
# entrypoint: true
deny_reason := concat(", ", sort(deny_reasons)) if count(deny_reasons) > 0

is_well_formed if {
	is_name(input.subject)
	is_name(input.action)
}

is_name(value) if {
	is_string(value)
	value != ""
}

# Tenants

crosses_tenants if is_foreign(input.resource_tenant)

crosses_tenants if is_foreign(input.context.resource_tenant)

is_foreign(owner) if {
	not owner in {"", null}
	owner != object.get(input, "tenant_id", null)
}

# Actions: the last dotted part is the verb, what stands before it the API; a verb alone takes the API from the resource.

action := split(lower(input.action), ".")

verb := action[count(action) - 1]

kind := "read" if verb in read_verbs

else := "write"

apis contains name if {
	count(action) > 1
	some stem in {action[0], concat(".", array.slice(action, 0, count(action) - 1))}
	some name in names_of(stem)
}

apis contains segments[0] if {
	count(action) == 1
	segments := [segment |
		some segment in split(lower(input.resource), "/")
		not regex.match(`^(api|v[0-9]+)?$`, segment)
	]
}

# `project.get` is covered by the scope `projects.read`, `policy.get` by `policies.read`, `address.get` by `addresses.read`.
names_of(stem) := {stem, concat("", [stem, "s"]), concat("", [stem, "es"]), concat("", [trim_suffix(stem, "y"), "ies"])}

read_verbs := {"read", "get", "list", "view", "search", "head", "options"}

change_verbs := {"create", "post", "update", "put", "patch", "edit", "write", "upload", "run", "execute", "trigger", "submit", "cancel", "requeue", "resume"}

delete_verbs := {"delete", "remove"}

# These have scopes of their own (`skills.run`, `masking.detokenise`), which `<api>.write` does not stand for.
verbs_with_own_scope := {"run", "mask", "detokenise"}

# Scopes

scopes contains scope if some scope in input.scopes

scopes contains scope if some scope in words(input.scopes)

scopes contains scope if some scope in words(input.scope)

words(text) := {word |
	is_string(text)
	some word in split(text, " ")
	word != ""
}

has_scopes if object.get(input, "scopes", null) != null

has_scopes if object.get(input, "scope", null) != null

scopes_suffice if not has_scopes

scopes_suffice if "platform.admin" in scopes

# Of the own tenant: another one's resources are beyond the wall, platform actions are refused above.
scopes_suffice if "admin" in scopes

scopes_suffice if {
	some api in apis
	some suffix in scope_suffixes
	concat(".", [api, suffix]) in scopes
}

scope_suffixes := {"*", verb} if verb in verbs_with_own_scope

else := {"*", verb, kind}

# Persons

roles contains role if some role in input.context.roles

roles contains role if some role in input.roles

has_roles if not object.get(input, ["context", "roles"], []) in {[], null}

has_roles if not object.get(input, "roles", []) in {[], null}

# An application with its own token is nobody's servant: its scopes alone decide.
person_suffices if {
	has_scopes
	not has_roles
}

person_suffices if {
	some role in roles
	role in {"owner", "admin"}
}

person_suffices if {
	not is_administered
	some role in roles
	verb in verbs_of_role[role]
}

person_suffices if {
	owns_resource
	verb in (read_verbs | {"update", "put", "patch", "edit", "write"}) | delete_verbs
}

# The API itself checks the owner of the key.
person_suffices if {
	action[0] == "credential"
	verb in {"rotate", "revoke"}
	some role in roles
	role in {"member", "editor"}
}

# The caller's role in the project of the call counts too, whatever their roles in the tenant.
person_suffices if {
	action[0] == "project"
	may_with_project[input.context.project.role]
}

person_suffices if {
	not is_administered
	action[0] != "project"
	verb in verbs_in_project[input.context.project.role]
}

# For owners and admins whatever the verb: what everybody did and from where, where all that happens is sent, and which flags are on.
is_administered if action[0] == "admin"

is_administered if "webhooks" in apis

# A flag is for everybody in the tenant; a tenant's own policy may let others change some.
is_administered if {
	"flags" in apis
	kind == "write"
}

is_administered if {
	"audit" in apis
	kind == "read"
}

may_with_project.owner := true

may_with_project.admin if not verb in {"delete", "restore", "transfer"}

may_with_project.member if verb in read_verbs | change_verbs

may_with_project.viewer if verb in read_verbs

# With what belongs to a project.
verbs_in_project := {
	"owner": (read_verbs | change_verbs) | delete_verbs,
	"admin": (read_verbs | change_verbs) | delete_verbs,
	"member": read_verbs | change_verbs,
	"viewer": read_verbs,
}

# One's own account and sessions: these actions reach nothing of anybody else.
person_suffices if array.slice(action, 0, 2) in {["user", "me"], ["session", "own"]}

verbs_of_role := {
	"viewer": read_verbs,
	"reader": read_verbs,
	"editor": read_verbs | change_verbs,
	"member": read_verbs | change_verbs,
}

owns_resource if input.resource_owner == input.subject

owns_resource if input.context.owner == input.subject

# Agents

# A trigger of an agent outlives the conversation in which it was created. A tenant's own package `authz` may
# allow it: the trigger ends when the agent's token expires, whatever the policy says.
is_trigger_of_agent if {
	lower(input.action) in {"job.trigger.create", "workflow.trigger.create"}
	is_agent
}

is_agent if input.claims.principal_type == "agent"

is_agent if startswith(input.subject, "agent:")

# The platform itself

is_platform_only if {
	is_platform_action
	not "platform.admin" in scopes
}

is_platform_action if {
	count(action) > 1
	action[0] in {"platform", "tenant", "tenants"}
	not is_own_tenant
}

is_platform_action if input.action == "keys.rotate"

is_own_tenant if action[1] == "current"

is_own_tenant if trim_prefix(object.get(input, "resource", ""), "/v1/") in {"tenant/current", "tenants/current"}
