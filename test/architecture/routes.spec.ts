import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  EXCEPTION_FILTERS_METADATA,
  GUARDS_METADATA,
  INTERCEPTORS_METADATA,
  PIPES_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants';
import { handlersOf } from '../../src/kernel/http/routes/declared-routes';
import { ROUTE_ACCESS } from '../../src/kernel/http/routes/route-access';
import { HOT_PATH } from '../../src/kernel/http/routes/route-decorators';
import { linesThatMatch, root, sourceFiles } from '../support/source-files';
import { restControllers, type Route, routesOf } from './rest-controllers';

/** Guarded routes that do not change platform data, so no write can stage their events; the surface records the call. */
const STAGES_NOTHING: Readonly<Record<string, string>> = {
  'ConnectionsInternalController.checkConnection': 'Only reads the metadata of the provider.',
  'AuthorizePublicController.authorizeAction':
    'Decides about a token and changes nothing; POST because the token is secret.',
  'CustomEventsPublicController.createAuditEvent': 'It writes only the event, and responds after the commit.',
  'MaskingPublicController.maskDocument': 'Masks its input and changes nothing; POST because it takes a body.',
  'MaskingPublicController.maskString': 'Masks its input and changes nothing; POST because it takes a body.',
  'MaskingPublicController.detokeniseTokens':
    'Changes nothing. The service records the call before it responds, so that each returned value has a record.',
  'EvaluateInternalController.evaluatePolicy': 'Decides and changes nothing; POST because it takes a body.',
  'PolicyInternalController.dryRunPolicy': 'Makes a trial decision and changes nothing; POST because it takes a body.',
  'TokenClaimsInternalController.tryTokenClaims':
    'Repeats issuances without their effects and changes nothing; POST because it takes a body.',
  'UploadsPublicController.appendToUpload':
    'Receives bytes that are not a file yet; the transaction that creates the file stages "file.put".',
  'FlagsPublicController.evaluateFlag': 'Evaluates and changes nothing; POST because it takes a context.',
  'FlagsPublicController.evaluateAllFlags': 'Evaluates and changes nothing; POST because it takes a context.',
  'OfrepPublicController.evaluateOfrepFlag': 'Evaluates and changes nothing; the protocol requires POST.',
  'OfrepPublicController.evaluateAllOfrepFlags': 'Evaluates and changes nothing; the protocol requires POST.',
  'LegacyPoliciesInternalController.putLegacyPolicy':
    'Stages "policy.upload": this alias performs the same write as the main route.',
  'SecretsPublicController.resolveSecret':
    'Changes nothing. The service records the call before it responds, so that each returned value has a record.',
  'SecretsInternalController.putSecret':
    'Stages "secret.set": this route performs the same write as the backend’s route.',
  'SecretsInternalController.deleteSecret':
    'Stages "secret.delete": this route performs the same write as the backend’s route.',
  'SecretSealingInternalController.rewrapSecrets': 'Re-encrypts stored values; callers see no change.',
  'SecretSealingInternalController.rotateDataKey': 'Re-encrypts stored values; callers see no change.',
  'JobsPublicController.requeueJob': 'Stages "job.submit": it writes another job.',
  'McpPublicController.sendMcpMessage': 'Stages "job.submit" for each run, as the route for runs does.',
  'SkillRunsPublicController.runSkill': 'Stages "job.submit": a run is the job that it submits.',
  'UserExportPublicController.exportUsers': 'Stages "job.submit": an export is the job that it submits.',
  'UserImportPublicController.importUsers': 'Stages "user.import": it writes the users, immediately or in a job.',
  'WorkflowsPublicController.restoreWorkflowVersion':
    'Stages "workflow.update": the restored content is the next version.',
  'WorkflowsPublicController.triggerWorkflow': 'Stages "job.submit": a run is the job that it submits.',
  'WorkflowsPublicController.validateWorkflow':
    'Validates its input and changes nothing; POST because it takes a body.',
  'WorkflowRunsPublicController.cancelWorkflowRun': 'Stages "job.cancel": a run is a job.',
  'WebhooksPublicController.testWebhook': 'Sends a test event and writes nothing; POST because it has an effect.',
  'SecretSealingInternalController.resealSecrets': 'Continues a rotation.',
};

/** Reads that are recorded individually, even if a tenant aggregates its read records. */
const ALWAYS_RECORDED: Readonly<Record<string, string>> = {
  'AuditProofsPublicController.getAuditProof': 'Returns a record from the log.',
  'AuditPublicController.searchAudit': 'Reads the log.',
  'AuditPublicController.exportAudit': 'Returns the log.',
  'ProjectsPublicController.listProjectActivity': 'Reads the log records about a project.',
  'SecretsPublicController.listSecrets': 'Lists the secrets.',
  'SecretsPublicController.getSecret': 'Describes a secret.',
  'SecretsPublicController.listSecretVersions': 'Describes a secret.',
  'FilesPublicController.getFile': 'Returns the content of a file.',
  'SignedUrlsPublicController.getSignedFile': 'Returns the content of a file.',
  'JobsPublicController.getJobOutput': 'Returns the output of a job, such as an export of users.',
};

const OPA = 'The installation’s service token; only this machine can reach the surface.';
const SCIM = 'A connection’s token, or an access token with the scope scim, validated before the router.';

/** Public routes, each with its protection. */
const PUBLIC: Readonly<Record<string, string>> = {
  'DocsController.getOpenApi': 'The API reference; the same for everybody.',
  'DocsController.getLlmsText': 'The API reference; the same for everybody.',
  'DocsSiteController.redirectHome': 'The documentation; the same for everybody.',
  'DocsSiteController.redirectToDocs': 'The documentation; the same for everybody.',
  'DocsSiteController.getDocsPage': 'The documentation; the same for everybody.',
  'WorkflowHooksPublicController.receiveWorkflowHook':
    'A signature with the hook’s secret (Standard Webhooks) and the current time; failures are limited by address.',
  'ResourceMetadataPublicController.getProtectedResourceMetadata':
    'RFC 9728: here, a client without a token learns how to get a token.',
  'UploadsPublicController.getUploadOptions': 'Lists the supported parts of the tus protocol; the same for everybody.',
  'JwksInternalController.getJwks': 'The public keys; the same for everybody.',
  'JwksInternalController.getJwksForSdks': 'The public keys; the same for everybody.',
  'MetadataInternalController.getAuthorizationServerMetadata':
    'The capabilities of the authorization server; the same for everybody.',
  'MetadataInternalController.getOpenIdConfiguration':
    'The capabilities of the authorization server; the same for everybody.',
  'OauthInternalController.issueToken': 'Client authentication (RFC 6749 §2.3).',
  'OauthInternalController.introspectToken': 'Client authentication or an admin bearer token (RFC 7662 §2.1).',
  'OauthInternalController.revokeToken': 'Client authentication or an admin bearer token (RFC 7009 §2.1).',
  'ClientRegistrationInternalController.registerClient': 'Initial access token (RFC 7591 §3); limited by address.',
  'ClientRegistrationInternalController.readClient': 'Registration access token (RFC 7592 §2.1).',
  'ClientRegistrationInternalController.replaceClient': 'Registration access token (RFC 7592 §2.2).',
  'ClientRegistrationInternalController.deleteClient': 'Registration access token (RFC 7592 §2.3).',
  'UserinfoInternalController.getUserinfo': 'Bearer token (RFC 6750 §2.1).',
  'UserinfoInternalController.postUserinfo': 'Bearer token (RFC 6750 §2.1 or §2.2).',
  'LoginInternalController.logIn': 'Accepts the credential in its body, and slows down guessing.',
  'ValidateInternalController.validateToken': 'Accepts the credential, a token, in its body; limited by address.',
  'AuthorizationInternalController.requestAuthorization': 'Shows pages; its codes are for the session cookie’s user.',
  'AuthorizationInternalController.requestAuthorizationByForm': 'Redirects the browser to the same request with GET.',
  'MailboxInternalController.showMailbox':
    'Exists only in development without a mail server, and only for browsers on the same machine.',
  'SignInInternalController.showSignInPage': 'People sign in here.',
  'SignInInternalController.submitSignIn':
    'Our own form, verified by its token; SignInPort checks the password and the limits.',
  'SignInInternalController.submitSecondFactor':
    'Our own form, verified by its token and the signed proof of the first factor.',
  'SignInInternalController.submitConsent': 'Our own form, verified by its token and the session cookie.',
  'ConsoleAssetsPublicController.getConsoleStyles': 'The same for everybody.',
  'ConsoleAssetsPublicController.getConsoleScript': 'The same for everybody.',
  'JobsConsolePublicController.showJobsPage': 'For the session cookie’s user, as the policy allows.',
  'JobsConsolePublicController.showJobPage': 'For the session cookie’s user, as the policy allows.',
  'JobsConsolePublicController.cancelConsoleJob':
    'Our own form, verified by its token and the session cookie, as the policy allows.',
  'JobsConsolePublicController.requeueConsoleJob':
    'Our own form, verified by its token and the session cookie, as the policy allows.',
  'JobStreamsConsolePublicController.streamConsoleJobEvents': 'For the session cookie’s user, as the policy allows.',
  'JobStreamsConsolePublicController.getConsoleJobLog': 'For the session cookie’s user, as the policy allows.',
  'ConsoleSignInInternalController.showConsoleSignInPage': 'People sign in here for the product’s own pages.',
  'ConsoleSignInInternalController.submitConsoleSignIn':
    'Our own form, verified by its token; SignInPort checks the password and the limits.',
  'SignOutInternalController.signOut': 'Ends a session only with the user’s consent or their own id_token_hint.',
  'SignOutInternalController.signOutByForm':
    'Our own form, verified by its token; an app’s form is redirected as a GET.',
  'UpstreamInternalController.startProviderSignIn':
    'Redirects to a provider; the authorization request determines which.',
  'UpstreamInternalController.receiveProviderResponse':
    'Accepts a response only to a sign-in that this browser started, once (state, PKCE, nonce).',
  'UpstreamInternalController.receiveProviderForm': 'The same; a page of our own repeats the form with cookies.',
  'UpstreamInternalController.submitAccountLink':
    'Our own form, verified by its token; SignInPort checks the password and the limits.',
  'SignOutInternalController.showSignedOutPage': 'Shows one sentence.',
  'PasswordInternalController.showPasswordPage': 'Shows information only to the bearer of a link.',
  'PasswordInternalController.submitPassword':
    'Our own form, verified by its token; the bearer of a link sets a password.',
  'SignInInternalController.showEmailCodePage':
    'Shows a code only to the bearer of a link, in the browser that asked for it.',
  'EmailChangeInternalController.showEmailChangePage': 'Shows information only to the bearer of a link.',
  'EmailChangeInternalController.submitEmailChange':
    'Our own form, verified by its token; the bearer of a link confirms an address.',
  'SignUpInternalController.showSignUpPage': 'Shows information only to the bearer of a link.',
  'SignUpInternalController.submitSignUp':
    'Our own form, verified by its token; the bearer of a link creates an account.',
  'PageAssetsInternalController.getPageStyles': 'The same for everybody.',
  'PageAssetsInternalController.getPageIcon': 'The same for everybody.',
  'AccountInternalController.showAccountPage':
    'The session cookie identifies the user; others are sent to the sign-in page.',
  'AccountInternalController.submitAccountChange': 'Our own form, verified by its token and the session cookie.',
  'AccountInternalController.showFactorPage':
    'The session cookie identifies the user; others are sent to the sign-in page.',
  'AccountInternalController.submitFactor': 'Our own form, verified by its token and the session cookie.',
  'AccountInternalController.downloadAccountData':
    'The session cookie identifies the user; others are sent to the sign-in page.',
  'PageAssetsInternalController.getPasskeyScript': 'The same for everybody.',
  'PageAssetsInternalController.getFormPostScript': 'The same for everybody.',
  'InvitationsPublicController.acceptInvitation': 'Takes the token from a mailed link; limited by address.',
  'DocumentsOpaController.read': OPA,
  'DocumentsOpaController.ask': OPA,
  'DocumentsOpaController.askV0': OPA,
  'DocumentsOpaController.health': 'Reports whether it can decide; only this machine can reach the surface.',
  'DocumentsOpaController.refuse': 'Refuses.',
  'ScimInternalController.createScimUser': SCIM,
  'ScimInternalController.other': SCIM,
  'ScimInternalController.listScimUsers': SCIM,
  'ScimInternalController.searchScimUsers': SCIM,
  'ScimInternalController.getScimUser': SCIM,
  'ScimInternalController.replaceScimUser': SCIM,
  'ScimInternalController.patchScimUser': SCIM,
  'ScimInternalController.deleteScimUser': SCIM,
  'ScimInternalController.createScimGroup': SCIM,
  'ScimInternalController.listScimGroups': SCIM,
  'ScimInternalController.searchScimGroups': SCIM,
  'ScimInternalController.getScimGroup': SCIM,
  'ScimInternalController.replaceScimGroup': SCIM,
  'ScimInternalController.patchScimGroup': SCIM,
  'ScimInternalController.deleteScimGroup': SCIM,
  'ScimInternalController.getScimMe': SCIM,
  'ScimInternalController.searchScimResources': SCIM,
  'ScimInternalController.runScimBulk': SCIM,
  'ScimInternalController.getScimServiceProviderConfig': SCIM,
  'ScimInternalController.listScimResourceTypes': SCIM,
  'ScimInternalController.getScimResourceType': SCIM,
  'ScimInternalController.listScimSchemas': SCIM,
  'ScimInternalController.getScimSchema': SCIM,
  'HealthController.getHealth': 'Reports only that the process responds.',
  'HealthzController.getLiveness': 'Reports only that the process responds.',
  'ReadyzController.getReadiness': 'Probes have no credentials; mounted on internal ports only.',
};

const controllers = restControllers();
const routes = controllers.flatMap(routesOf);
const names = (list: readonly Route[]): readonly string[] => list.map(({ handler }) => handler);

describe('the routes of the REST surfaces', () => {
  it('are all found: each controller file has a controller, and each controller has a route', () => {
    const files = sourceFiles().filter(({ path }) => path.endsWith('.controller.ts') && !path.includes('/grpc/'));
    expect(new Set(controllers.map(({ file }) => file))).toEqual(new Set(files.map(({ path }) => path)));
    expect(controllers.filter((controller) => routesOf(controller).length === 0)).toEqual([]);
  });

  it('all declare who can call them', () => {
    expect(names(routes.filter(({ access }) => access === undefined))).toEqual([]);
  });

  it('are public only with a documented reason', () => {
    expect([...names(routes.filter(({ access }) => access === 'public'))].sort()).toEqual(Object.keys(PUBLIC).sort());
  });

  it('do not use a guard, pipe, interceptor or parameter where the hot path responds before Nest', () => {
    const hot = controllers.flatMap(({ controller }) =>
      handlersOf(controller)
        .filter(({ handler }) => Reflect.hasMetadata(HOT_PATH, handler))
        .map(({ name, handler }) => ({ controller, name, handler: handler as (...given: unknown[]) => unknown })),
    );
    expect(hot.length).toBeGreaterThan(0);
    for (const { controller, name, handler } of hot) {
      const enhancers = [GUARDS_METADATA, PIPES_METADATA, INTERCEPTORS_METADATA, EXCEPTION_FILTERS_METADATA].filter(
        (key) => Reflect.hasMetadata(key, controller) || Reflect.hasMetadata(key, handler),
      );
      const parameters = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) as object | undefined;
      const access = Reflect.getMetadata(ROUTE_ACCESS, handler) as unknown;
      expect([controller.name, name, enhancers, parameters, access, handler.length]).toEqual([
        controller.name,
        name,
        [],
        undefined,
        'public',
        1,
      ]);
    }
  });

  it('ask the policy about a read action wherever a read scope is sufficient', () => {
    const policy = readFileSync(path.join(root, 'policies/default/coresdk/authz.rego'), 'utf8');
    const verbs = [...(/^read_verbs := \{(.*)\}$/m.exec(policy)?.[1] ?? '').matchAll(/"(\w+)"/g)].map(
      ([, verb]) => verb,
    );
    expect(verbs).toContain('get');
    const refused = routes.flatMap(({ handler, access }) => {
      if (typeof access !== 'object' || !access.scope.endsWith('.read')) return [];
      const asked = access.asks ?? access.action;
      return verbs.includes(asked.split('.').at(-1)) ? [] : [`${handler} asks for ${asked}`];
    });
    expect(refused).toEqual([]);
  });

  it('name their audit action in dotted words, and each action is unique', () => {
    const actions = routes.flatMap(({ access }) => (typeof access === 'object' ? [access.action] : []));
    expect(actions.filter((action) => !/^[a-z_]+(\.[a-z_]+)*$/.test(action))).toEqual([]);
    expect(actions.filter((action, index) => actions.indexOf(action) !== index)).toEqual([]);
  });

  it('stage the audit event of a write in its transaction, except those with a documented reason', () => {
    // A file of the module must name the handler's action. This file creates staged events itself or through a file `*-events.ts`: only
    // such events are in the transaction of the write.
    const files = sourceFiles().filter(({ path }) => !path.includes('/rest/'));
    const makers = files.filter(({ text }) => /\bstagedAuditEvent\(/.test(text));
    const shared = makers.flatMap(({ path }) => /\/([\w-]+-events)\.ts$/.exec(path)?.[1] ?? []);
    const stagers = files.filter(
      (file) => makers.includes(file) || shared.some((name) => file.text.includes(`/${name}';`)),
    );
    const stages = ({ file, access }: Route): boolean => {
      if (typeof access !== 'object') return false;
      const module = /^src\/modules\/[^/]+\//.exec(file)?.[0] ?? 'none';
      const own = stagers.filter(({ path }) => path.startsWith(module));
      return linesThatMatch(own, new RegExp(`'${access.action.replaceAll('.', '\\.')}'`)).length > 0;
    };
    const writes = routes.filter(({ method, access }) => method !== 'GET' && method !== 'HEAD' && access !== 'public');
    expect(writes.length).toBeGreaterThan(0);
    const silent = writes.filter((route) => !stages(route));
    expect([...names(silent)].sort()).toEqual(Object.keys(STAGES_NOTHING).sort());
  });

  it('always record reads of secrets, file contents and the audit log, whatever the tenant’s setting', () => {
    const always = routes.filter(({ access }) => typeof access === 'object' && access.isAlwaysRecorded === true);
    expect([...names(always)].sort()).toEqual(Object.keys(ALWAYS_RECORDED).sort());
  });

  it('treat a POST as a read only where the operation does not stage an event', () => {
    const reads = routes.filter(({ access }) => typeof access === 'object' && access.isRead === true);
    expect(reads.length).toBeGreaterThan(0);
    expect(names(reads).filter((name) => !(name in STAGES_NOTHING))).toEqual([]);
  });
});
