import { api } from './api/api.command';
import { appsAddScope } from './apps/add-scope.command';
import { appsOperations } from './apps/apps.operations';
import { auditAnchor } from './audit/anchor.command';
import { auditVerify } from './audit/verify.command';
import { backup } from './backup/backup.command';
import { restore } from './backup/restore.command';
import type { Command } from './command';
import { completionOf } from './completion/completion.command';
import { contextDelete } from './contexts/delete.command';
import { contextList } from './contexts/list.command';
import { contextShow } from './contexts/show.command';
import { contextUse } from './contexts/use.command';
import { conformanceFlags } from './conformance/flags.command';
import { conformanceMerkle } from './conformance/merkle.command';
import { conformancePii } from './conformance/pii.command';
import { conformanceRego } from './conformance/rego.command';
import { doctor } from './doctor/doctor.command';
import { flagsOperations } from './flags/flags.operations';
import { flagsDisable, flagsEnable } from './flags/switch.command';
import { jobsOperations } from './jobs/jobs.operations';
import { jobsLogs } from './jobs/logs.command';
import { jobsWatch } from './jobs/watch.command';
import { keysOperations } from './keys/keys.operations';
import type { Operation } from './operations/operation';
import { commandOf } from './operations/operation-command';
import { POLICY_COMMANDS } from './policy/policy-commands';
import { secretsResolve } from './secrets/resolve.command';
import { secretsOperations } from './secrets/secrets.operations';
import { login } from './sign-in/login.command';
import { logout } from './sign-in/logout.command';
import { whoami } from './sign-in/whoami.operations';
import { skillsInit } from './skills/init.command';
import { skillsLogs } from './skills/logs.command';
import { skillsPush } from './skills/push.command';
import { skillsRun } from './skills/run.command';
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
import { workflowsGraph } from './workflows/graph.command';
import { workflowsLogs } from './workflows/logs.command';
import { workflowsOperations } from './workflows/workflows.operations';
import { workflowsPush } from './workflows/push.command';
import { workflowsRun } from './workflows/run.command';
import { workflowsValidate } from './workflows/validate.command';

/** Commands that each make one call to the REST API. */
export const OPERATIONS: readonly Operation[] = [
  whoami,
  ...appsOperations,
  ...tenantsOperations,
  ...usersOperations,
  ...tokensOperations,
  ...jobsOperations,
  ...flagsOperations,
  ...secretsOperations,
  ...keysOperations,
  ...workflowsOperations,
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
  ...POLICY_COMMANDS,
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
