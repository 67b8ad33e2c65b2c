package coresdk.authz_test

import data.coresdk.authz

allowed(question) if authz.allow with input as question

reasons(question) := found if found := authz.deny_reasons with input as question

# The input for an application with its own token.
app(scopes, action, resource) := {
	"subject": "app-1", "action": action, "resource": resource, "tenant_id": "acme",
	"scopes": scopes, "context": {"roles": []},
}

# The input from a service that asks about a person.
person(roles, action, resource) := {
	"subject": "usr-1", "action": action, "resource": resource, "tenant_id": "acme", "context": {"roles": roles},
}

test_nothing_is_allowed_by_default if {
	not authz.allow
	not allowed({})
	not allowed({"subject": "usr-1", "action": "read", "resource": "documents/1", "tenant_id": "acme"})
	reasons({}) == {"subject_missing", "action_missing", "insufficient_role"}
}

test_a_read_scope_covers_reading_in_every_spelling if {
	every action in ["project.get", "project.list", "projects.read", "projects.get", "Project.Get"] {
		allowed(app(["projects.read"], action, "project/1"))
	}
	every action in ["read", "GET", "list", "HEAD"] {
		every resource in ["projects/1", "projects", "/v1/projects/1", "/projects"] {
			allowed(app(["projects.read"], action, resource))
		}
	}
	allowed(app(["policies.read"], "policy.get", ""))
	allowed(app(["addresses.read"], "address.get", ""))
	allowed(app(["purchase_orders.read"], "purchase_order.get", ""))
}

test_a_read_scope_covers_nothing_else if {
	every action in ["project.create", "project.delete", "projects.write", "project.transfer", "file.get", "read"] {
		reasons(app(["projects.read"], action, "files/1")) == {"insufficient_scope"}
	}
	every action in ["DELETE", "write", "post"] {
		reasons(app(["projects.read"], action, "projects/1")) == {"insufficient_scope"}
	}
}

test_no_scope_is_missing_for_an_action_of_no_api if {
	every resource in ["", "/", "/v1", "/api/v2/"] {
		reasons(app(["projects.read"], "frobnicate", resource)) == {"unknown_action"}
		allowed(app(["admin"], "frobnicate", resource))
	}
	reasons(app(["projects.read"], "frobnicate", "widgets/1")) == {"insufficient_scope"}
	allowed(app(["widgets.frobnicate"], "frobnicate", "widgets/1"))
}

test_a_write_scope_covers_changes_but_not_reading if {
	every action in ["project.create", "project.update", "project.delete", "projects.write", "project.restore"] {
		allowed(app(["projects.write"], action, "project/1"))
	}
	not allowed(app(["projects.write"], "project.get", "project/1"))
}

test_running_needs_its_own_scope if {
	allowed(app(["skills.run"], "skill.run", "skill/x"))
	allowed(app(["skills.run"], "run", "skills/x"))
	not allowed(app(["skills.write"], "skill.run", "skill/x"))
	not allowed(app(["masking.mask"], "masking.detokenise", ""))
}

test_a_pattern_covers_its_api_alone if {
	allowed(app(["jobs.*"], "job.create", "job/1"))
	allowed(app(["jobs.*"], "jobs.read", ""))
	not allowed(app(["jobs.*"], "project.get", ""))
	not allowed(app(["*"], "job.get", ""))
	not allowed(app(["*.read"], "job.get", ""))
}

test_scopes_may_be_a_text if {
	asked := object.remove(app([], "project.get", ""), ["scopes"])
	allowed(object.union(asked, {"scope": "files.read projects.read"}))
	allowed(object.union(asked, {"scopes": "files.read projects.read"}))
	not allowed(object.union(asked, {"scope": "files.read"}))
	not allowed(object.union(asked, {"scopes": {"projects.read": true}}))
}

test_admin_has_all_of_its_tenant_but_nothing_of_the_platform if {
	every action in ["project.delete", "admin.billing", "skill.run", "anything", "tenant.current.update"] {
		allowed(app(["admin"], action, "x/1"))
	}
	every action in ["tenant.create", "tenants.list", "platform.restart", "keys.rotate"] {
		reasons(app(["admin"], action, "tenant/1")) == {"platform_only"}
		allowed(app(["platform.admin"], action, "tenant/1"))
	}
	allowed(app(["admin"], "tenant.update", "/v1/tenants/current"))
	not allowed(person(["owner"], "tenant.suspend", "tenant/1"))
}

test_roles_bound_what_a_person_may_do if {
	every role in ["owner", "admin"] {
		every action in ["read", "document.delete", "admin.billing", "document.share"] {
			allowed(person([role], action, "documents/1"))
		}
	}
	every role in ["editor", "member"] {
		every action in ["read", "document.create", "PATCH", "job.submit", "job.cancel", "job.requeue", "job.schedule.put", "job.schedule.resume"] {
			allowed(person([role], action, "documents/1"))
		}
		every action in ["delete", "document.share", "admin.read"] {
			reasons(person([role], action, "documents/1")) == {"insufficient_role"}
		}
	}
	every role in ["viewer", "reader"] {
		allowed(person([role], "document.get", "documents/1"))
		not allowed(person([role], "document.update", "documents/1"))
	}
	not allowed(person(["stranger"], "read", "documents/1"))
	allowed({"subject": "usr-1", "action": "read", "resource": "documents/1", "roles": ["viewer"]})
}

test_agents_have_no_triggers_and_everybody_else_with_the_scope_and_role_has if {
	every action in ["job.trigger.create", "workflow.trigger.create"] {
		scopes := ["jobs.write", "workflows.write"]
		asked := {"subject": "usr-1", "action": action, "scopes": scopes}
		authz.allow with input as asked
		authz.allow with input as object.union(asked, {"context": {"roles": ["member"]}})
		not authz.allow with input as object.union(asked, {"context": {"roles": ["viewer"]}})
		not authz.allow with input as object.union(asked, {"scopes": ["jobs.read", "workflows.read"]})
		agent := object.union(asked, {"subject": "agent:a@user:usr-1@tenant:tnt-1"})
		not authz.allow with input as agent
		authz.deny_reason == "trigger_of_agent" with input as agent
		not authz.allow with input as object.union(asked, {"claims": {"principal_type": "agent"}})
	}
}

# Grants give groups access to secrets, so only owners and admins can change groups and secrets.
test_groups_and_secrets_are_administered_by_owners_and_admins if {
	every action in ["group.add", "group.change", "group.delete", "group.admit", "group.expel", "secret.set", "secret.delete"] {
		allowed(person(["admin"], action, "x/1"))
		not allowed(person(["member"], action, "x/1"))
		not allowed(person(["viewer"], action, "x/1"))
	}
	allowed(person(["viewer"], "secret.read", "secret"))
	allowed(app(["groups.write"], "group.admit", "group/grp-1"))
	allowed(app(["secrets.write"], "secret.set", "secret/A"))
	allowed(app(["secrets.read"], "secret.read", "secret"))
	not allowed(app(["secrets.read"], "secret.set", "secret/A"))
	not allowed(app(["groups.read"], "group.admit", "group/grp-1"))
}

test_people_are_administered_by_owners_and_admins if {
	every action in [
		"user.invite", "user.change", "user.suspend", "user.activate", "user.deactivate", "user.delete", "user.import",
		"user.invitation.inspect", "user.invitation.resend", "user.invitation.revoke",
	] {
		allowed(person(["admin"], action, "user/usr-1"))
		not allowed(person(["member"], action, "user/usr-1"))
		not allowed(person(["viewer"], action, "user/usr-1"))
		allowed(app(["users.write"], action, "user/usr-1"))
		not allowed(app(["users.read"], action, "user/usr-1"))
	}
}

test_webhooks_and_what_everybody_did_are_for_owners_and_admins if {
	every action in ["webhook.create", "webhook.update", "webhook.list", "webhook.delivery.list", "audit.search", "audit.export.read"] {
		allowed(person(["owner"], action, "x"))
		allowed(person(["admin"], action, "x"))
		every role in ["member", "editor", "viewer", "reader"] {
			reasons(person([role], action, "x")) == {"insufficient_role"}
		}
		not allowed(in_project("owner", ["member"], action))
	}
	not allowed(person(["viewer"], "GET", "/v1/audit"))
	not allowed(person(["member"], "POST", "/v1/webhooks"))
	allowed(person(["member"], "audit.event.create", "x"))
	allowed(app(["audit.read"], "audit.search", "audit_log"))
	allowed(app(["webhooks.write"], "webhook.create", "webhook"))
}

test_flags_are_changed_by_owners_and_admins if {
	every action in ["flag.put", "flags.write", "flag.update"] {
		allowed(person(["owner"], action, "flag"))
		allowed(person(["admin"], action, "flag"))
		every role in ["member", "editor", "viewer", "reader"] {
			reasons(person([role], action, "flag")) == {"insufficient_role"}
		}
		not allowed(in_project("owner", ["member"], action))
	}
	not allowed(person(["member"], "PUT", "/v1/flags/dark-mode"))
	every action in ["flag.list", "flag.evaluation.get", "flag.ofrep.list"] {
		allowed(person(["viewer"], action, "flag"))
	}
	allowed(app(["flags.write"], "flag.put", "flag"))
}

test_everybody_has_their_own_account_and_sessions if {
	every action in ["user.me.get", "user.me.update", "session.own.list", "session.own.end", "session.own.end_all"] {
		allowed(person(["viewer"], action, "x"))
	}
	not allowed(person(["viewer"], "user.mean.update", "x"))
	reasons(app(["users.read"], "user.me.update", "user")) == {"insufficient_scope"}
	allowed(app(["sessions.write"], "session.own.end", "session"))
}

test_scopes_and_roles_must_agree if {
	asked := object.union(person(["owner"], "project.delete", "project/1"), {"scopes": ["projects.read"]})
	reasons(asked) == {"insufficient_scope"}
	allowed(object.union(asked, {"scopes": ["projects.write"]}))
	viewer := object.union(person(["viewer"], "project.delete", "project/1"), {"scopes": ["admin"]})
	reasons(viewer) == {"insufficient_role"}
}

test_owners_may_read_change_and_delete_what_is_theirs if {
	every action in ["read", "document.update", "DELETE"] {
		allowed(object.union(person([], action, "documents/1"), {"resource_owner": "usr-1"}))
		allowed(object.union(person(["viewer"], action, "documents/1"), {"context": {"owner": "usr-1"}}))
		not allowed(object.union(person(["stranger"], action, "documents/1"), {"resource_owner": "usr-2"}))
	}
	not allowed(object.union(person([], "document.share", "documents/1"), {"resource_owner": "usr-1"}))
}

test_another_tenants_resource_is_refused_whoever_asks if {
	every owner in ["globex", "ACME", 7] {
		asked := object.union(app(["platform.admin"], "project.get", "project/1"), {"resource_tenant": owner})
		"cross_tenant" in reasons(asked)
		not allowed(asked)
	}
	not allowed(object.union(person(["owner"], "read", "documents/1"), {"context": {"resource_tenant": "globex"}}))
	allowed(object.union(app(["projects.read"], "project.get", ""), {"resource_tenant": "acme"}))
	not allowed({"subject": "a", "action": "read", "scopes": ["admin"], "resource_tenant": "acme"})
}

test_asking_is_open_to_every_subject if {
	allowed(app([], "authorize", "token"))
	not allowed({"action": "authorize"})
	not allowed(object.union(app([], "authorize", "token"), {"resource_tenant": "globex"}))
}

test_odd_members_are_refused if {
	not allowed(app(["projects.read"], "", "projects/1"))
	not allowed(app(["projects.read"], ["project.get"], "projects/1"))
	not allowed(object.union(app(["projects.read"], "project.get", ""), {"subject": 7}))
	not allowed(app([["projects.read"]], "project.get", ""))
	not allowed({"subject": "a", "action": "read", "resource": "documents/1", "roles": "admin"})
}

details(question) := found if found := authz.deny_details with input as question

needs_scope(scope) := {sprintf(`This call needs the scope "%s".`, [scope])}

test_a_denial_names_the_missing_scope if {
	every action, scope in {
		"project.create": "projects.write",
		"project.member.list": "projects.read",
		"files.get": "files.read",
		"skill.run": "skills.run",
		"masking.detokenise": "masking.detokenise",
		"audit.list": "audit.read",
		"invoice.approve": "invoices.write",
		"policy.get": "policies.read",
		"address.get": "address.read",
		"key.get": "keys.read",
		"crm.contact.read": "crm.contacts.read",
	} {
		details(app([], action, "")) == needs_scope(scope)
		allowed(app([scope], action, ""))
	}
	every action, scope in {"GET": "invoices.read", "delete": "invoices.write", "run": "invoices.run"} {
		details(app([], action, "/v1/invoices/7")) == needs_scope(scope)
		allowed(app([scope], action, "/v1/invoices/7"))
	}
	details(app(["projects.read"], "tenant.create", "")) == needs_scope("tenants.write") | needs_scope("platform.admin")
}

test_a_denial_repeats_no_odd_name if {
	every stem in ["in\"voice", "in\nvoice", "<b>", "in voice", sprintf("%065d", [1])] {
		question := app([], sprintf("%s.get", [stem]), "")
		reasons(question) == {"insufficient_scope"}
		count(details(question)) == 0
	}
}

test_a_denial_names_the_roles_that_suffice if {
	every action, roles in {
		"project.update": "owner, admin, member",
		"project.get": "owner, admin, member, viewer",
		"project.delete": "owner, admin",
		"webhook.get": "owner, admin",
		"credential.rotate": "owner, admin, member",
	} {
		details(person(["guest"], action, "")) == {sprintf("This call needs one of these roles: %s.", [roles])}
		every role in split(roles, ", ") {
			allowed(person([role], action, ""))
		}
	}
}

test_nothing_is_missing_if_allowed_or_denied_for_another_reason if {
	count(details(app(["projects.read"], "project.get", ""))) == 0
	count(details(object.union(app(["projects.read"], "project.get", ""), {"resource_tenant": "globex"}))) == 0
	count(details(app(["projects.read"], "frobnicate", ""))) == 0
}

test_the_reason_is_told_in_one_text if {
	authz.deny_reason == "insufficient_role, insufficient_scope" with input as object.union(
		person(["viewer"], "project.delete", ""),
		{"scopes": []},
	)
	not authz.deny_reason with input as app(["projects.read"], "project.get", "")
}

# The backend's input for a person with a role in the call's project.
in_project(role, tenant_roles, action) := {
	"subject": "usr-1", "action": action, "resource": "project/prj-1", "tenant_id": "acme",
	"context": {"roles": tenant_roles, "project": {"id": "prj-1", "role": role}},
}

test_a_role_in_a_project_adds_to_that_in_the_tenant if {
	every action in ["project.get", "project.update", "project.member.list", "file.create"] {
		every role in ["owner", "admin", "member"] {
			allowed(in_project(role, ["viewer"], action))
		}
	}
	allowed(in_project("viewer", ["guest"], "project.get"))
	allowed(in_project("viewer", ["member"], "project.update"))
	reasons(in_project("viewer", ["guest"], "project.update")) == {"insufficient_role"}
	reasons(in_project("stranger", ["guest"], "project.get")) == {"insufficient_role"}
}

test_who_is_in_a_project_is_for_its_admins if {
	every action in ["project.member.set", "project.member.remove"] {
		allowed(in_project("owner", ["viewer"], action))
		allowed(in_project("admin", ["viewer"], action))
		not allowed(in_project("member", ["viewer"], action))
	}
}

test_its_end_is_for_its_owner if {
	every action in ["project.delete", "project.restore", "project.transfer"] {
		allowed(in_project("owner", ["viewer"], action))
		not allowed(in_project("admin", ["viewer"], action))
		not allowed(in_project("member", ["member"], action))
	}
}

test_a_role_in_a_project_is_none_in_the_platform if {
	every action in ["admin.users.get", "keys.rotate", "tenant.delete"] {
		not allowed(in_project("owner", ["viewer"], action))
	}
}

test_a_role_in_a_project_widens_no_scope if {
	question := object.union(in_project("owner", ["owner"], "project.update"), {"scopes": ["projects.read"]})
	reasons(question) == {"insufficient_scope"}
}

test_members_rotate_and_revoke_keys if {
	every action in ["credential.rotate", "credential.revoke"] {
		every role in ["member", "editor", "admin", "owner"] {
			allowed(with_role(role, action))
		}
		every role in ["viewer", "reader", "guest"] {
			not allowed(with_role(role, action))
		}
	}
	not allowed(with_role("member", "session.revoke"))
}

with_role(role, action) := {
	"subject": "usr-1",
	"tenant_id": "tnt-1",
	"action": action,
	"context": {"roles": [role]},
}
