import type { Command, CommandEntry, LoadedCommand } from './command';
import type { Operation } from './operations/operation';
import { OPERATIONS } from './operations/operations';

/**
 * All commands of `npx coresdk`, the source for help, completion and the documentation tests. Keep groups together: help shows
 * them in this order. The file of a command is loaded when it is called, so that help does not load the entire product.
 */
export const COMMANDS: readonly CommandEntry[] = [
  later(
    'login',
    'Sign in with a browser, and store the sign-in as a context',
    async () => (await import('./sign-in/login.command.js')).login,
  ),
  later(
    'logout',
    'Revoke and remove the sign-in of a context; the context stays',
    async () => (await import('./sign-in/logout.command.js')).logout,
  ),
  later(
    'doctor',
    'Check an installation, running or not, and say what is wrong and how to fix it',
    async () => (await import('./doctor/doctor.command.js')).doctor,
  ),
  later('api', 'Call any path of the REST API', async () => (await import('./api/api.command.js')).api),
  later(
    'backup',
    'Back up a running or stopped installation to a folder',
    async () => (await import('./backup/backup.command.js')).backup,
  ),
  later(
    'restore',
    'Restore an installation from a backup created by "coresdk backup", or verify the backup',
    async () => (await import('./backup/restore.command.js')).restore,
  ),
  later(
    'plan',
    'Compare a configuration with the installation, and show each change',
    async () => (await import('./configuration/plan.command.js')).planCommand,
  ),
  later(
    'apply',
    'Make the installation as a configuration says',
    async () => (await import('./configuration/apply.command.js')).applyCommand,
  ),
  later(
    'export',
    'Write the configuration of the installation to files',
    async () => (await import('./configuration/export.command.js')).exportCommand,
  ),
  later(
    'import keycloak',
    'Move users, groups and clients in from Keycloak; users keep their passwords',
    async () => (await import('./moving-in/keycloak.command.js')).importKeycloak,
  ),
  later(
    'import auth0',
    'Move users in from Auth0; users keep their passwords',
    async () => (await import('./moving-in/auth0.command.js')).importAuth0,
  ),
  later(
    'import',
    'Adopt existing objects that a configuration contains',
    async () => (await import('./configuration/import.command.js')).importCommand,
  ),
  later(
    'configuration schema',
    'Print the JSON Schema of a configuration file',
    async () => (await import('./configuration/schema.command.js')).schemaCommand,
  ),
  later('completion', 'Print a completion script for commands and options', async () =>
    (await import('./completion/completion.command.js')).completionOf(loadedCommands),
  ),
  ...OPERATIONS.map(operationEntry),
  later(
    'context list',
    'List contexts; an asterisk marks the current one',
    async () => (await import('./contexts/list.command.js')).contextList,
  ),
  later(
    'context use',
    'Make a context the current one, which commands use by default',
    async () => (await import('./contexts/use.command.js')).contextUse,
  ),
  later(
    'context show',
    'Show a context; by default, the context that commands use',
    async () => (await import('./contexts/show.command.js')).contextShow,
  ),
  later(
    'context delete',
    'Sign out of a context, and delete it',
    async () => (await import('./contexts/delete.command.js')).contextDelete,
  ),
  later(
    'apps add-scope',
    'Declare more scopes for an app',
    async () => (await import('./apps/add-scope.command.js')).appsAddScope,
  ),
  later(
    'tenants export',
    'Export a tenant with all its rows to one archive',
    async () => (await import('./tenants/export.command.js')).tenantsExport,
  ),
  later(
    'tenants import',
    'Import an exported tenant, completely or not at all; it keeps its ID',
    async () => (await import('./tenants/import.command.js')).tenantsImport,
  ),
  later(
    'tokens issue',
    'Get an access token for an app or an API key',
    async () => (await import('./tokens/issue.command.js')).tokensIssue,
  ),
  later(
    'tokens introspect',
    'Show the claims of a token, and whether it is valid (RFC 7662)',
    async () => (await import('./tokens/introspect.command.js')).tokensIntrospect,
  ),
  later(
    'tokens revoke',
    'Revoke an access token, or a refresh token and all tokens issued from it (RFC 7009)',
    async () => (await import('./tokens/revoke.command.js')).tokensRevoke,
  ),
  later(
    'tokens watch',
    'Follow token events as they happen',
    async () => (await import('./tokens/watch.command.js')).tokensWatch,
  ),
  later(
    'jobs logs',
    'Print the log of a job, and optionally follow it',
    async () => (await import('./jobs/logs.command.js')).jobsLogs,
  ),
  later(
    'jobs watch',
    'Follow the events of a job until it ends',
    async () => (await import('./jobs/watch.command.js')).jobsWatch,
  ),
  later(
    'flags enable',
    'Turn a flag on, as it is defined',
    async () => (await import('./flags/switch.command.js')).flagsEnable,
  ),
  later(
    'flags disable',
    'Turn a flag off: evaluations return the caller’s default',
    async () => (await import('./flags/switch.command.js')).flagsDisable,
  ),
  later(
    'secrets resolve',
    'Print the values of secrets and bundles that are granted to you',
    async () => (await import('./secrets/resolve.command.js')).secretsResolve,
  ),
  later('files get', 'Show the metadata of a file', async () => (await import('./files/get.command.js')).filesGet),
  later(
    'files upload',
    'Upload a file; an existing file gets a new version',
    async () => (await import('./files/upload.command.js')).filesUpload,
  ),
  later(
    'files copy',
    'Copy a file, or an earlier version of a file',
    async () => (await import('./files/copy.command.js')).filesCopy,
  ),
  later(
    'files move',
    'Move a file; its earlier versions stay where they were',
    async () => (await import('./files/copy.command.js')).filesMove,
  ),
  later(
    'events watch',
    'Follow events of the tenant’s resources as they happen',
    async () => (await import('./events/watch.command.js')).eventsWatch,
  ),
  later(
    'masking detokenise',
    'Restore the values behind tokens and encrypted values; the call is audited',
    async () => (await import('./masking/detokenise.command.js')).maskingDetokenise,
  ),
  later(
    'token-claims try',
    'Repeat the last issuances of tokens with draft rules or a draft policy',
    async () => (await import('./token-claims/try.command.js')).tryTokenClaims,
  ),
  later('token-claims enable', 'Let the policy of a tenant decide about its tokens again', async () =>
    (await import('./token-claims/switch-policy.command.js')).switchPolicy(true),
  ),
  later('token-claims disable', 'Keep the policy of a tenant from deciding about its tokens', async () =>
    (await import('./token-claims/switch-policy.command.js')).switchPolicy(false),
  ),
  policyCommand('test', "Run the policies' own tests (rules named test_…)"),
  policyCommand('eval', 'Evaluate a rule or a query'),
  policyCommand('check', 'Parse and compile policies; print every error with its location'),
  policyCommand('fmt', 'Format Rego files'),
  policyCommand('bench', 'Measure how fast a rule is evaluated'),
  later(
    'policy push',
    'Check the policy of a tenant, run its tests, and make it decide',
    async () => (await import('./policy/push.command.js')).policyPush,
  ),
  later(
    'skills init',
    'Create the folder of a new skill, with tests that pass',
    async () => (await import('./skills/init.command.js')).skillsInit,
  ),
  later(
    'skills test',
    'Run the tests of a skill in the sandbox that workers use',
    async () => (await import('./skills/test.command.js')).skillsTest,
  ),
  later(
    'skills push',
    'Register a version of a skill, optionally with an alias',
    async () => (await import('./skills/push.command.js')).skillsPush,
  ),
  later(
    'skills run',
    'Run a skill on the platform, or a skill in a folder in the local sandbox',
    async () => (await import('./skills/run.command.js')).skillsRun,
  ),
  later(
    'skills logs',
    'Print the log of a skill run, and optionally follow it',
    async () => (await import('./skills/logs.command.js')).skillsLogs,
  ),
  later(
    'workflows validate',
    'Validate workflow definitions, and print the location of each error',
    async () => (await import('./workflows/validate.command.js')).workflowsValidate,
  ),
  later(
    'workflows push',
    'Save workflow definitions: new definitions, and new versions of existing definitions',
    async () => (await import('./workflows/push.command.js')).workflowsPush,
  ),
  later(
    'workflows run',
    'Run a workflow, and optionally follow it',
    async () => (await import('./workflows/run.command.js')).workflowsRun,
  ),
  later(
    'workflows graph',
    'Draw the graph of a workflow, or of a run with the states of its steps',
    async () => (await import('./workflows/graph.command.js')).workflowsGraph,
  ),
  later(
    'workflows logs',
    'Print the log of a workflow run, and optionally follow it',
    async () => (await import('./workflows/logs.command.js')).workflowsLogs,
  ),
  later(
    'audit verify',
    'Verify an export of the audit log, and name the first record that was changed',
    async () => (await import('./audit/verify.command.js')).auditVerify,
  ),
  later(
    'audit anchor',
    'Store the newest checkpoint of the audit log outside the installation',
    async () => (await import('./audit/anchor.command.js')).auditAnchor,
  ),
  later(
    'conformance rego',
    'Run Rego conformance cases and print passed/total by category',
    async () => (await import('./conformance/rego.command.js')).conformanceRego,
  ),
  later(
    'conformance pii',
    'Run masking conformance cases and print passed/total by recognizer',
    async () => (await import('./conformance/pii.command.js')).conformancePii,
  ),
  later(
    'conformance flags',
    'Run flagd evaluator scenarios and print passed/total by feature',
    async () => (await import('./conformance/flags.command.js')).conformanceFlags,
  ),
  later(
    'conformance merkle',
    'Verify Merkle tree proofs and print passed/total by kind',
    async () => (await import('./conformance/merkle.command.js')).conformanceMerkle,
  ),
];

/** Loads all commands, for completion and documentation. */
export function loadedCommands(): Promise<readonly LoadedCommand[]> {
  return Promise.all(COMMANDS.map(loaded));
}

/** Loads one command. */
async function loaded({ name, summary, load }: CommandEntry): Promise<LoadedCommand> {
  return { name, summary, ...(await load()) };
}

function later(name: string, summary: string, load: () => Promise<Command>): CommandEntry {
  return { name, summary, load };
}

function operationEntry(operation: Operation): CommandEntry {
  const { name, summary } = operation;
  return later(name, summary, async () => (await import('./operations/operation-command.js')).commandOf(operation));
}

/** A command of `rego`, for folders in the format of tenants' bundles. */
function policyCommand(name: string, summary: string): CommandEntry {
  return later(`policy ${name}`, summary, async () => (await import('./policy/policy.command.js')).policyCommand(name));
}
