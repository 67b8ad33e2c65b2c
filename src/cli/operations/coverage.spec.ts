import { readFileSync } from 'node:fs';
import path from 'node:path';
import { COMMANDS } from '../commands';
import { OPERATIONS } from './operations';
import { methodOf, pathOf, surfaceOf } from './operation';

interface Route {
  readonly operationId: string;
}
type Paths = Readonly<Record<string, Readonly<Record<string, Route>>>>;

const pathsOf = (surface: string): Paths =>
  (JSON.parse(readFileSync(path.resolve(__dirname, `../../roles/${surface}/openapi.json`), 'utf8')) as { paths: Paths })
    .paths;
const PATHS = { backend: pathsOf('backend'), 'control-plane': pathsOf('control-plane') };

/** The operations that each command calls if it is not a table row: because of a file, a stream or several calls. */
const BY_HAND: Readonly<Record<string, readonly string[]>> = {
  apply: ['markManagedObjects', 'releaseManagedObjects'],
  'events watch': ['listEvents'],
  'files copy': ['copyFile'],
  'files get': ['listFiles'],
  'files move': ['moveFile'],
  'files upload': ['createUpload', 'getUploadOffset', 'appendToUpload', 'cancelUpload'],
  'jobs logs': ['getJobLog'],
  'jobs watch': ['streamJobEvents'],
  'masking detokenise': ['detokeniseTokens'],
  'policy push': ['putPolicy', 'getPolicy', 'listPolicyKeys'],
  'secrets resolve': ['resolveSecret'],
  'skills push': ['registerSkill', 'setSkillAlias'],
  'skills run': ['runSkill'],
  'tenants export': ['exportTenant'],
  'tenants import': ['importTenant'],
  'token-claims try': ['tryTokenClaims'],
  'token-claims enable': ['putTokenPolicy'],
  'token-claims disable': ['putTokenPolicy'],
  'tokens introspect': ['introspectToken'],
  'tokens issue': ['issueToken'],
  'tokens revoke': ['revokeToken'],
  'tokens watch': ['listTokenEvents'],
  'workflows push': ['createWorkflow', 'replaceWorkflow'],
  'workflows run': ['triggerWorkflow', 'getWorkflowRun'],
};

/** Operations without a command, by reason. A word that ends with an asterisk names all operations that begin with it. */
const EXEMPT: Readonly<Record<string, readonly string[]>> = {
  'pages and files for browsers': [
    ...[
      'showJobsPage',
      'showJobPage',
      'getConsole*',
      'cancelConsoleJob',
      'requeueConsoleJob',
      'streamConsoleJobEvents',
    ],
    ...['redirectHome', 'redirectToDocs', 'getDocsPage', 'getLlmsText', 'showMailbox'],
    ...['showConsoleSignInPage', 'submitConsoleSignIn', 'showSignInPage', 'submitSignIn', 'showSignedOutPage'],
    ...['showAccountPage', 'submitAccountChange', 'downloadAccountData', 'showFactorPage', 'submitFactor'],
    ...['getPasskeyScript', 'submitSecondFactor'],
    ...['receiveProviderResponse', 'receiveProviderForm', 'submitAccountLink', 'startProviderSignIn'],
    ...[
      'showPasswordPage',
      'submitPassword',
      'showSignUpPage',
      'submitSignUp',
      'showEmailCodePage',
      'showEmailChangePage',
      'submitEmailChange',
      'submitConsent',
      'getFormPostScript',
      'getPageIcon',
      'getPageStyles',
    ],
  ],
  'endpoints of the OAuth and OpenID Connect protocols, for clients of an app': [
    ...['requestAuthorization*', 'signOut*', 'getUserinfo', 'postUserinfo', 'getJwks', 'getOpenIdConfiguration'],
    ...['getAuthorizationServerMetadata', 'getProtectedResourceMetadata'],
    ...['registerClient', 'readClient', 'replaceClient', 'deleteClient'],
  ],
  'endpoints of other protocols: SCIM, MCP, OFREP, tus': [
    ...['createScimUser', 'createScimGroup', 'getScimUser', 'getScimGroup', 'getScimMe', 'getScimSchema'],
    ...['getScimResourceType', 'getScimServiceProviderConfig', 'listScimUsers', 'listScimGroups', 'listScimSchemas'],
    ...['listScimResourceTypes', 'replaceScim*', 'patchScim*', 'deleteScimUser', 'deleteScimGroup', 'searchScim*'],
    ...['runScimBulk', 'sendMcpMessage', 'evaluateOfrepFlag', 'evaluateAllOfrepFlags', 'getUploadOptions'],
  ],
  'authorized by what is in the URL or the body, not by the caller': [
    ...['getSignedFile', 'putSignedFile', 'acceptInvitation', 'receiveWorkflowHook'],
  ],
  'forms of other operations that existing SDKs call': [
    ...['getFlagsSummary', 'getJwksForSdks', 'putLegacyPolicy', 'evaluatePolicy', 'validateToken', 'logIn'],
  ],
  '"files upload" uploads in parts, which also works for small files': ['putFile'],
  '"workflows validate" checks without the platform': ['validateWorkflow'],
  'probes and documents that need no caller; use "coresdk api"': [
    ...['getHealth', 'getLiveness', 'getReadiness', 'getOpenApi'],
  ],
};

const all = Object.values(PATHS).flatMap((paths) =>
  Object.values(paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId)),
);
const exempt = Object.values(EXEMPT).flat();
const inTables = OPERATIONS.map((operation) => {
  const route = PATHS[surfaceOf(operation)][pathOf(operation)]?.[methodOf(operation).toLowerCase()];
  return route?.operationId ?? operation.name;
});
const covered = new Set([...inTables, ...Object.values(BY_HAND).flat()]);

const matches = (pattern: string, id: string): boolean =>
  pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : id === pattern;

describe('the operations of the REST API', () => {
  it('each have a command, or a reason to have none', () => {
    const missing = all.filter((id) => !covered.has(id) && !exempt.some((pattern) => matches(pattern, id)));
    const cure = 'add a row to src/cli/<group>/<group>.operations.ts, or a reason to EXEMPT in this file';
    expect(missing.map((id) => `${id}: ${cure}`)).toEqual([]);
  });

  it('are exempt only if they exist and have no command', () => {
    expect(exempt.filter((pattern) => !all.some((id) => matches(pattern, id)))).toEqual([]);
    expect(exempt.filter((pattern) => [...covered].some((id) => matches(pattern, id)))).toEqual([]);
  });

  it('are called by the commands that are not table rows', () => {
    const names = new Set(COMMANDS.map(({ name }) => name));
    expect(Object.keys(BY_HAND).filter((name) => !names.has(name))).toEqual([]);
    expect(Object.values(BY_HAND).flatMap((ids) => ids.filter((id) => !all.includes(id)))).toEqual([]);
  });
});
