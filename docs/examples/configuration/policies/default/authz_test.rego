package authz_test

import data.authz

test_the_archive_is_kept if {
	deletion := {"action": "file.delete", "resource": "file/archive/2024.pdf"}
	not authz.allow with input as deletion with data.coresdk.authz.allow as true
}

test_other_files_are_deleted if {
	deletion := {"action": "file.delete", "resource": "file/shared/draft.txt"}
	authz.allow with input as deletion with data.coresdk.authz.allow as true
}
