import { api } from './api/api.command';
import { appsAddScope } from './apps/add-scope.command';
import { appsOperations } from './apps/apps.operations';
import { auditAnchor } from './audit/anchor.command';
import { auditOperations } from './audit/audit.operations';
import { auditVerify } from './audit/verify.command';
import { backup } from './backup/backup.command';
import { restore } from './backup/restore.command';
import type { Command } from './command';
import { completionOf } from './completion/completion.command';
import { contextDelete } from './contexts/delete.command';
import { contextList } from './contexts/list.command';
import { contextShow } from './contexts/show.command';
import { contextUse } from './contexts/use.command';
import { configOperations } from './config/config.operations';
import { conformanceFlags } from './conformance/flags.command';
import { conformanceMerkle } from './conformance/merkle.command';
import { conformancePii } from './conformance/pii.command';
import { conformanceRego } from './conformance/rego.command';
import { doctor } from './doctor/doctor.command';
import { entitlementsOperations } from './entitlements/entitlements.operations';
import { eventsOperations } from './events/events.operations';
import { eventsWatch } from './events/watch.command';
import { filesCopy, filesMove } from './files/copy.command';
import { filesOperations } from './files/files.operations';
import { filesGet } from './files/get.command';
import { filesUpload } from './files/upload.command';
import { flagDocumentOperations } from './flags/flag-document.operations';
import { flagsOperations } from './flags/flags.operations';
import { flagsDisable, flagsEnable } from './flags/switch.command';
import { groupsOperations } from './groups/groups.operations';
import { jobsOperations } from './jobs/jobs.operations';
import { jobsLogs } from './jobs/logs.command';
import { jobsWatch } from './jobs/watch.command';
import { keysOperations } from './keys/keys.operations';
import { maskingDetokenise } from './masking/detokenise.command';
import { maskingOperations } from './masking/masking.operations';
import type { Operation } from './operations/operation';
import { commandOf } from './operations/operation-command';
import { POLICY_COMMANDS } from './policy/policy-commands';
import { policyOperations } from './policy/policy.operations';
import { policyPush } from './policy/push.command';
import { projectsOperations } from './projects/projects.operations';
import { rateLimitsOperations } from './rate-limits/rate-limits.operations';
import { samlOperations } from './saml/saml.operations';
import { scimOperations } from './scim/scim.operations';
import { scopesOperations } from './scopes/scopes.operations';
import { secretsResolve } from './secrets/resolve.command';
import { secretAccessOperations } from './secrets/secret-access.operations';
import { secretsOperations } from './secrets/secrets.operations';
import { login } from './sign-in/login.command';
import { logout } from './sign-in/logout.command';
import { whoami } from './sign-in/whoami.operations';
import { sessionsOperations } from './sessions/sessions.operations';
import { skillsInit } from './skills/init.command';
import { skillsLogs } from './skills/logs.command';
import { skillsPush } from './skills/push.command';
import { skillsRun } from './skills/run.command';
import { skillsOperations } from './skills/skills.operations';
import { skillsTest } from './skills/test.command';
import { tenantsExport } from './tenants/export.command';
import { tenantsImport } from './tenants/import.command';
import { tenantsOperations } from './tenants/tenants.operations';
import { tokensIntrospect } from './tokens/introspect.command';
import { tokensIssue } from './tokens/issue.command';
import { tokensRevoke } from './tokens/revoke.command';
import { tokensOperations } from './tokens/tokens.operations';
import { tokensWatch } from './tokens/watch.command';
import { usersOperations } from './users/users.operations';
import { webhooksOperations } from './webhooks/webhooks.operations';
import { workflowsGraph } from './workflows/graph.command';
import { workflowsLogs } from './workflows/logs.command';
import { workflowsPush } from './workflows/push.command';
import { workflowsRun } from './workflows/run.command';
import { workflowsValidate } from './workflows/validate.command';
import { workflowsOperations } from './workflows/workflows.operations';

/** Commands that each make one call to the REST API. */
export const OPERATIONS: readonly Operation[] = [
  whoami,
  ...appsOperations,
  ...tenantsOperations,
  ...usersOperations,
  ...tokensOperations,
  ...jobsOperations,
  ...flagsOperations,
  ...flagDocumentOperations,
  ...secretsOperations,
  ...secretAccessOperations,
  ...keysOperations,
  ...skillsOperations,
  ...workflowsOperations,
  ...projectsOperations,
  ...filesOperations,
  ...webhooksOperations,
  ...eventsOperations,
  ...groupsOperations,
  ...scopesOperations,
  ...scimOperations,
  ...samlOperations,
  ...sessionsOperations,
  ...configOperations,
  ...entitlementsOperations,
  ...rateLimitsOperations,
  ...maskingOperations,
  ...policyOperations,
  ...auditOperations,
];

/**
 * All commands of `npx coresdk`, the source for help, completion and the documentation tests. Keep groups together: help shows
 * them in this order.
 */
export const COMMANDS: readonly Command[] = [
  login,
  logout,
  doctor,
  api,
  backup,
  restore,
  completionOf(() => COMMANDS),
  ...OPERATIONS.map(commandOf),
  contextList,
  contextUse,
  contextShow,
  contextDelete,
  appsAddScope,
  tenantsExport,
  tenantsImport,
  tokensIssue,
  tokensIntrospect,
  tokensRevoke,
  tokensWatch,
  jobsLogs,
  jobsWatch,
  flagsEnable,
  flagsDisable,
  secretsResolve,
  filesGet,
  filesUpload,
  filesCopy,
  filesMove,
  eventsWatch,
  maskingDetokenise,
  ...POLICY_COMMANDS,
  policyPush,
  skillsInit,
  skillsTest,
  skillsPush,
  skillsRun,
  skillsLogs,
  workflowsValidate,
  workflowsPush,
  workflowsRun,
  workflowsGraph,
  workflowsLogs,
  auditVerify,
  auditAnchor,
  conformanceRego,
  conformancePii,
  conformanceFlags,
  conformanceMerkle,
];
