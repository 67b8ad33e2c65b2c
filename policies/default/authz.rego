# METADATA
# title: The rule that guards every call to the backend
# description: |
#   Most applications query it too. A tenant that uploads an `authz` package replaces this file and can build on the
#   `coresdk.authz` package, which remains available. That package describes the input.
package authz

import data.coresdk.authz as base

# METADATA
# title: The call may continue
# entrypoint: true
default allow := false

allow if base.allow

# METADATA
# title: The reasons for a denial, as stable codes
# entrypoint: true
deny_reasons contains reason if some reason in base.deny_reasons

# METADATA
# title: The reasons for a denial, as one string
# entrypoint: true
deny_reason := base.deny_reason

# METADATA
# title: The scope or role that a denied caller lacks, as sentences for people
# entrypoint: true
deny_details contains detail if some detail in base.deny_details
