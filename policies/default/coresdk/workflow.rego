# METADATA
# title: May this workflow be run, read or cancelled?
# description: |
#   Asked by WorkflowGate.
#     input.action            `execute`, `read` or `cancel`
#     input.workflow_id       id or name of the workflow
#     input.workflow_input    its input as JSON, null for none
#     input.subject, input.scopes, input.roles, input.tenant_id   who asks, verified
#   Scopes and roles are judged by `data.coresdk.authz`: `workflows.read` to read, `workflows.write` to execute and cancel;
#   members and above for people.
package coresdk.workflow

import data.coresdk.authz

# METADATA
# title: The action is allowed
# entrypoint: true
default allow := false

allow if count(deny_reasons) == 0

# METADATA
# title: Why not, in stable words
# entrypoint: true
deny_reasons contains "action_unknown" if not action in {"execute", "read", "cancel"}

deny_reasons contains "workflow_invalid" if not regex.match(`^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`, object.get(input, "workflow_id", ""))

deny_reasons contains reason if {
	reasons := authz.deny_reasons with input as question
	some reason in reasons
}

deny_reasons contains "not_authorized" if not is_authorized

is_authorized if authz.allow with input as question

action := object.get(input, "action", "")

question := object.union(input, {"action": sprintf("workflow.%v", [action])})
