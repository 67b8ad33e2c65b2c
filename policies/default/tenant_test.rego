package tenant_test

import data.tenant

test_the_same_tenant_is_isolated if {
	tenant.isolated with input as {"jwt_tenant": "acme", "requested_tenant": "acme"}
	tenant.isolated with input as {"tenant_id": "acme", "resource_tenant": "acme"}
}

test_two_tenants_are_not if {
	asked := {"jwt_tenant": "acme", "requested_tenant": "globex"}
	not tenant.isolated with input as asked
	tenant.violation == {"jwt_tenant and requested_tenant are not the same tenant"} with input as asked
	tenant.deny_reason == "cross_tenant" with input as asked
}

test_a_good_pair_does_not_excuse_a_bad_one if {
	asked := {"jwt_tenant": "acme", "requested_tenant": "acme", "tenant_id": "acme", "resource_tenant": "globex"}
	not tenant.isolated with input as asked
}

test_half_a_pair_is_a_violation if {
	not tenant.isolated with input as {"requested_tenant": "acme"}
	count(tenant.violation) == 1 with input as {"resource_tenant": "acme"}
}

test_nothing_asked_is_not_isolated if {
	not tenant.isolated with input as {}
	tenant.deny_reason == "tenant_missing" with input as {"jwt_tenant": "acme"}
}

test_empty_names_are_no_tenant if {
	not tenant.isolated with input as {"jwt_tenant": "", "requested_tenant": ""}
	not tenant.isolated with input as {"tenant_id": ["acme"], "resource_tenant": ["acme"]}
}
