# The bookshop's policy: the platform's default policy, without deletions in the archive.
package authz

default allow := false

allow if {
	data.coresdk.authz.allow
	not in_archive
}

in_archive if {
	input.action == "file.delete"
	startswith(input.resource, "file/archive/")
}

deny_reasons contains "archive_is_kept" if in_archive

deny_reasons contains reason if some reason in data.coresdk.authz.deny_reasons
