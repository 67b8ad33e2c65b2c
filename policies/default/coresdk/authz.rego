# METADATA
# title: Can this subject perform this action?
# description: |
#   Decides `data.authz.allow` until a tenant uploads its own `authz` package, which can build on this one:
#   `allow if { data.coresdk.authz.allow; … }`.
#     input.subject           the user, app or agent that acts
#     input.action            `project.get`, `read` or `GET`
#     input.resource          `documents/doc-1`, `/v1/projects/prj-1`
#     input.tenant_id         tenant of the subject
#     input.resource_tenant   tenant of the resource; context.resource_tenant is also accepted
#     input.resource_owner    subject that owns the resource; context.owner is also accepted
#     input.scopes            the scopes granted to an application: an array or a string; input.scope is also accepted
#     input.context.roles     the roles of a person in the tenant; input.roles is also accepted
#     input.context.project   the project that the call is about, if the person is a member of it: {"id": …, "role": …}
#   Scopes limit the actions of an application, and roles limit the actions of a person. If the input contains both, both
#   must allow the action.
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

# Asking for a decision is not the same as performing the action.
allow if {
	input.action == "authorize"
	is_well_formed
	not crosses_tenants
}

# METADATA
# title: The reasons for a denial, as stable codes
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

# No scope covers an action that is only a verb if its resource does not name an API.
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
# title: The reasons for a denial, as one string
# entrypoint: true
deny_reason := concat(", ", sort(deny_reasons)) if count(deny_reasons) > 0

# METADATA
# title: The scope or role that a denied caller lacks, as sentences for people
# entrypoint: true
deny_details contains sprintf(`This call needs the scope "%s".`, [scope]) if {
	"insufficient_scope" in deny_reasons
	scope := needed_scope

	# Names come from the input, so only plain ones are repeated.
	regex.match(`^[a-z0-9_.:-]{1,64}$`, scope)
}

deny_details contains `This call needs the scope "platform.admin".` if is_platform_only

deny_details contains sprintf("This call needs one of these roles: %s.", [concat(", ", sufficient_roles)]) if {
	"insufficient_role" in deny_reasons
	count(sufficient_roles) > 0
}

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

# Actions: the last dotted part is the verb, and the part before it is the API. If the action is only a verb, the resource names the API.

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

# The `projects.read` scope covers `project.get`, `policies.read` covers `policy.get`, and `addresses.read` covers `address.get`.
names_of(stem) := {stem, concat("", [stem, "s"]), concat("", [stem, "es"]), concat("", [trim_suffix(stem, "y"), "ies"])}

read_verbs := {"read", "get", "list", "view", "search", "head", "options"}

change_verbs := {"create", "post", "update", "put", "patch", "edit", "write", "upload", "run", "execute", "trigger", "submit", "cancel", "requeue", "resume"}

delete_verbs := {"delete", "remove"}

# Verbs with a separate scope (`skills.run`, `masking.detokenise`): `<api>.write` does not include them.
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

# Covers only the caller's own tenant: the rules above deny platform actions and access to other tenants' resources.
scopes_suffice if "admin" in scopes

scopes_suffice if {
	some api in apis
	some suffix in scope_suffixes
	concat(".", [api, suffix]) in scopes
}

scope_suffixes := {"*", verb} if verb in verbs_with_own_scope

else := {"*", verb, kind}

# The scope to request: for one of the known APIs if the action is part of it, otherwise for the plural of its name.
needed_scope := sprintf("%s.%s", [needed_api, needed_suffix])

needed_api := min(apis & known_apis) if count(apis & known_apis) > 0

else := plural(concat(".", array.slice(action, 0, count(action) - 1))) if count(action) > 1

else := min(apis)

needed_suffix := verb if verb in verbs_with_own_scope

else := kind

# The APIs of the platform, and the databases of applications (`data.coresdk.database`).
known_apis := {"audit", "credentials", "database", "events", "files", "flags", "groups", "jobs", "masking", "projects", "secrets", "sessions", "skills", "users", "webhooks", "workflows"}

plural(stem) := stem if endswith(stem, "s")

else := concat("", [trim_suffix(stem, "y"), "ies"]) if regex.match(`[^aeiou]y$`, stem)

else := concat("", [stem, "s"])

# People

roles contains role if some role in input.context.roles

roles contains role if some role in input.roles

has_roles if not object.get(input, ["context", "roles"], []) in {[], null}

has_roles if not object.get(input, "roles", []) in {[], null}

# An application with its own token does not act for a person, so only its scopes decide.
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

# The API itself checks who owns the key.
person_suffices if {
	action[0] == "credential"
	verb in {"rotate", "revoke"}
	some role in roles
	role in {"member", "editor"}
}

# The caller's role in the call's project also counts, regardless of their roles in the tenant.
person_suffices if {
	action[0] == "project"
	may_with_project[input.context.project.role]
}

person_suffices if {
	not is_administered
	action[0] != "project"
	verb in verbs_in_project[input.context.project.role]
}

# For owners and admins only: administration, webhooks (the targets of all events), changes to flags, and the audit log
# (who did what, and from where).
is_administered if action[0] == "admin"

is_administered if "webhooks" in apis

# A flag affects everybody in the tenant. A tenant's own policy can let other people change some flags.
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

# The roles in the tenant that suffice on their own, the most powerful one first.
sufficient_roles := [role |
	some role in ["owner", "admin", "member", "viewer"]
	person_suffices with input.roles as [role]
]

# The verbs for resources that belong to a project, by role.
verbs_in_project := {
	"owner": (read_verbs | change_verbs) | delete_verbs,
	"admin": (read_verbs | change_verbs) | delete_verbs,
	"member": read_verbs | change_verbs,
	"viewer": read_verbs,
}

# Your own account and sessions: these actions do not affect anybody else's data.
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

# An agent's trigger outlives the conversation in which it was created. A tenant's own `authz` package can
# allow it, but the trigger ends when the agent's token expires, whatever the policy says.
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
