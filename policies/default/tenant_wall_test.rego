package tenant_wall_test

import data.tenant_wall

acme := {"id": "tnt-01acme", "slug": "acme"}

denied(asked) := found if found := tenant_wall.deny with input as {"tenant": acme, "asked": asked}

test_names_nobody_passes if {
	count(denied({})) == 0
	count(denied({"subject": "u1", "context": {"roles": ["admin"]}})) == 0
	count(denied({"tenant_id": "", "resource_tenant": null})) == 0
	count(tenant_wall.deny) == 0 with input as {"tenant": acme}
}

test_own_tenant_passes_by_either_name if {
	every name in ["tnt-01acme", "acme"] {
		asked := {
			"tenant_id": name, "resource_tenant": name, "requested_tenant": name, "jwt_tenant": name,
			"context": {"resource_tenant": name},
		}
		count(denied(asked)) == 0
	}
}

test_each_member_that_names_another_is_told if {
	every member in ["tenant_id", "resource_tenant", "requested_tenant", "jwt_tenant"] {
		denied({member: "globex"}) == {member}
	}
	denied({"context": {"resource_tenant": "globex"}}) == {"context.resource_tenant"}
}

test_one_good_name_does_not_excuse_a_bad_one if {
	denied({"tenant_id": "acme", "resource_tenant": "globex"}) == {"resource_tenant"}
}

test_what_is_no_text_is_foreign if {
	every name in [0, false, true, [], ["acme"], {}, {"id": "tnt-01acme"}, "ACME", " acme"] {
		denied({"tenant_id": name}) == {"tenant_id"}
	}
}

test_input_that_is_no_object_passes if {
	every asked in [null, 7, "acme", ["tenant_id"]] {
		count(denied(asked)) == 0
	}
}

test_a_caller_cannot_bring_its_own_truth if {
	denied({"tenant": {"id": "globex", "slug": "globex"}, "tenant_id": "globex"}) == {"tenant_id"}
}
