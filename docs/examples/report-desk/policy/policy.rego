# This tenant's users and apps can do everything that the platform's policy allows, except delete a report.
package authz

import data.coresdk.authz as base

default allow := false

allow if {
	base.allow
	not is_kept
}

is_kept if {
	input.action == "file.delete"
	contains(input.resource, "shared/reports/")
}

deny_reasons contains reason if some reason in base.deny_reasons

deny_reasons contains "reports_are_kept" if is_kept

deny_reason := concat(", ", sort(deny_reasons)) if count(deny_reasons) > 0
