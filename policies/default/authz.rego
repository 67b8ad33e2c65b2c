# METADATA
# title: The rule behind every call of the backend
# description: |
#   And the one that most applications ask. A tenant that uploads a package `authz` replaces this file, and can build on
#   the package `coresdk.authz`, which stays. The input is described there.
package authz

import data.coresdk.authz as base

# METADATA
# title: The call may continue
# entrypoint: true
default allow := false

allow if base.allow

# METADATA
# title: Why not, in stable words
# entrypoint: true
deny_reasons contains reason if some reason in base.deny_reasons

# METADATA
# title: The same as one text
# entrypoint: true
deny_reason := base.deny_reason
