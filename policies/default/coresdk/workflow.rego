# METADATA
# title: Can the caller run, read or cancel this workflow?
# description: |
#   WorkflowGate queries this policy.
#     input.action            `execute`, `read` or `cancel`
#     input.workflow_id       the id or name of the workflow
#     input.workflow_input    its input as JSON; null if there is no input
#     input.subject, input.scopes, input.roles, input.tenant_id   the verified caller
#   `data.coresdk.authz` checks scopes and roles: `workflows.read` to read, `workflows.write` to execute and cancel.
#   People need at least the member role to execute and cancel.
package coresdk.workflow

import data.coresdk.authz

# METADATA
# title: The action is allowed
# entrypoint: true
default allow := false

allow if count(deny_reasons) == 0

# METADATA
# title: The reasons for a denial, as stable codes
# entrypoint: true
deny_reasons contains "action_unknown" if not action in {"execute", "read", "cancel"}

deny_reasons contains "workflow_invalid" if not regex.match(`^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`, object.get(input, "workflow_id", ""))

deny_reasons contains reason if {
	reasons := authz.deny_reasons with input as question
	some reason in reasons
}

deny_reasons contains "not_authorized" if not is_authorized

# METADATA
# title: The scope or role that a denied caller lacks, as sentences for people
# entrypoint: true
deny_details contains detail if {
	details := authz.deny_details with input as question
	some detail in details
}

is_authorized if authz.allow with input as question

action := object.get(input, "action", "")

question := object.union(input, {"action": sprintf("workflow.%v", [action])})
