# METADATA
# title: Can the caller access this object?
# description: |
#   StorageGate queries this policy. Services that serve files also query it.
#     input.action        `read`, `list`, `write` or `delete`
#     input.bucket        the tier: `private` (of the app), `user` (of the user) or `shared` (of the tenant)
#     input.object_key    the path within the tier; can be empty for `list`
#     input.subject, input.user_id, input.scopes, input.roles, input.tenant_id   the verified caller
#   `data.coresdk.authz` checks scopes and roles: `files.read` to read and list, `files.write` to write and delete.
#   Files in `private` and `user` belong to the caller. In `shared`, only owners and admins can delete other users' files.
package coresdk.storage

import data.coresdk.authz

# METADATA
# title: The access is allowed
# entrypoint: true
default allow := false

allow if count(deny_reasons) == 0

# METADATA
# title: The reasons for a denial, as stable codes
# entrypoint: true
deny_reasons contains "action_unknown" if not action in {"read", "list", "write", "delete"}

deny_reasons contains "bucket_unknown" if not bucket in {"private", "user", "shared"}

deny_reasons contains "object_key_invalid" if not key_is_plain

deny_reasons contains "user_missing" if {
	bucket == "user"
	not input.user_id
}

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

bucket := object.get(input, "bucket", "")

key := object.get(input, "object_key", "")

question := object.union(object.union(input, {"action": sprintf("file.%v", [action])}), owner)

owner := {"resource_owner": input.subject} if bucket in {"private", "user"}

else := {}

key_is_plain if {
	key == ""
	action == "list"
}

# No segment can be empty, "." or "..", not even percent-encoded: two keys must never name the same object.
key_is_plain if {
	is_string(key)
	key != ""
	count(key) <= 1024
	not startswith(key, "/")
	not contains(key, "//")
	not regex.match(`[\\\x00-\x1f\x7f]`, key)
	not regex.match(`%(2[ef]|5c|00)`, lower(key))
	not regex.match(`(^|/)\.{1,2}(/|$)`, key)
	ends_well
}

ends_well if action == "list"

ends_well if not endswith(key, "/")
