# This tenant's users and apps can do everything that the platform's policy allows, but the agent can run only the listed skills.
package authz

import data.coresdk.authz as base

agent_skills := {"skill/find-order"}

default allow := false

allow if {
	base.allow
	not is_unlisted
}

is_unlisted if {
	input.subject == "app-order-agent"
	input.action == "skill.run"
	not input.resource in agent_skills
}

deny_reasons contains reason if some reason in base.deny_reasons

deny_reasons contains "skill_is_not_for_agents" if is_unlisted

deny_reason := concat(", ", sort(deny_reasons)) if count(deny_reasons) > 0
