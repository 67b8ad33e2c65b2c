import { linesThatMatch, sourceFiles } from '../support/source-files';
import { restControllers, type Route, routesOf } from './rest-controllers';

/** Guarded routes that change nothing of ours, so that no write can stage their event; the surface records the call. */
const STAGES_NOTHING: Readonly<Record<string, string>> = {
  'AuthorizeBackendController.authorize':
    'Decides about a token and changes nothing; POST because the token is secret.',
  'CustomEventsBackendController.create': 'The event is all that it writes, and it is answered when that is committed.',
  'MaskingBackendController.mask': 'Masks what it is sent and changes nothing; POST because it takes a body.',
  'MaskingBackendController.maskString': 'Masks what it is sent and changes nothing; POST because it takes a body.',
  'MaskingBackendController.detokenise':
    'Changes nothing. The service records it before it answers, so that nothing is told without its record.',
  'EvaluateControlPlaneController.evaluate': 'Decides and changes nothing; POST because it takes a body.',
  'PolicyControlPlaneController.dryRun': 'Decides by way of trial and changes nothing; POST because it takes a body.',
  'UploadsBackendController.append':
    'Takes bytes that are nothing yet; the file that they become stages "file.put" in the transaction that makes it.',
  'FlagsBackendController.evaluate': 'Evaluates and changes nothing; POST because it takes a context.',
  'FlagsBackendController.evaluateAll': 'Evaluates and changes nothing; POST because it takes a context.',
  'OfrepBackendController.evaluate': 'Evaluates and changes nothing; POST is what the protocol says.',
  'OfrepBackendController.evaluateAll': 'Evaluates and changes nothing; POST is what the protocol says.',
  'LegacyPoliciesControlPlaneController.put':
    'Stages "policy.upload": the write is that of the route it is another spelling of.',
  'SecretsBackendController.resolve':
    'Changes nothing. The service records it before it answers, so that no value goes out without its record.',
  'SecretsControlPlaneController.put': 'Stages "secret.set": the write is that of the backend’s route.',
  'SecretsControlPlaneController.remove': 'Stages "secret.delete": the write is that of the backend’s route.',
  'SecretSealingControlPlaneController.rewrap': 'Seals anew what is sealed; nothing that anybody sees changes.',
  'SecretSealingControlPlaneController.rotateKey': 'Seals anew what is sealed; nothing that anybody sees changes.',
  'JobsBackendController.requeue': 'Stages "job.submit": what it writes is another job.',
  'McpBackendController.message': 'Stages "job.submit" for each run, as the route for runs does.',
  'SkillRunsBackendController.run': 'Stages "job.submit": a run is the job that it hands in.',
  'UserExportBackendController.run': 'Stages "job.submit": an export is the job that it hands in.',
  'UserImportBackendController.run': 'Stages "user.import": the write is that of users, at once or by a job.',
  'WorkflowsBackendController.restore': 'Stages "workflow.update": what is restored is the next version.',
  'WorkflowsBackendController.trigger': 'Stages "job.submit": a run is the job that it hands in.',
  'WorkflowsBackendController.validate': 'Judges what it is sent and changes nothing; POST because it takes a body.',
  'WorkflowRunsBackendController.cancel': 'Stages "job.cancel": a run is a job.',
  'WebhooksBackendController.test': 'Sends an event that did not happen and writes nothing; POST because it acts.',
  'SecretSealingControlPlaneController.reseal': 'Goes on with what a rotation began.',
};

const SCIM = 'The token of a connection, or an access token with the scope scim, judged before the router.';

/** Routes that anybody may call, each with what guards it instead. */
const PUBLIC: Readonly<Record<string, string>> = {
  'DocsController.openapi': 'The reference of the API; the same for everybody.',
  'DocsController.llms': 'The reference of the API; the same for everybody.',
  'DocsController.page': 'The reference of the API; the same for everybody.',
  'DocsController.start': 'The reference of the API; the same for everybody.',
  'DocsController.bundle': 'The reference of the API; the same for everybody.',
  'DocsController.style': 'The reference of the API; the same for everybody.',
  'WorkflowHooksBackendController.receive':
    'A signature by the secret of the hook (Standard Webhooks), with a time of now; failures are limited by address.',
  'ResourceMetadataBackendController.get': 'RFC 9728: where a client without a token finds out how to get one.',
  'UploadsBackendController.options': 'Tells which parts of the tus protocol are here; the same for everybody.',
  'OauthControlPlaneController.token': 'Client authentication by RFC 6749 §2.3.',
  'OauthControlPlaneController.introspect': 'Client authentication or admin bearer by RFC 7662 §2.1.',
  'OauthControlPlaneController.revoke': 'Client authentication or admin bearer by RFC 7009 §2.1.',
  'ClientRegistrationControlPlaneController.register': 'Initial access token by RFC 7591 §3; limited by address.',
  'ClientRegistrationControlPlaneController.read': 'Registration access token by RFC 7592 §2.1.',
  'ClientRegistrationControlPlaneController.replace': 'Registration access token by RFC 7592 §2.2.',
  'ClientRegistrationControlPlaneController.remove': 'Registration access token by RFC 7592 §2.3.',
  'UserinfoControlPlaneController.get': 'Bearer token by RFC 6750 §2.1.',
  'UserinfoControlPlaneController.post': 'Bearer token by RFC 6750 §2.1 or §2.2.',
  'LoginControlPlaneController.login': 'Takes the credential in its body, and slows guessing down.',
  'ValidateControlPlaneController.validate': 'Takes the credential, a token, in its body; limited by address.',
  'AuthorizationControlPlaneController.authorize':
    'Shows pages; what it gives out is for the user of the session cookie.',
  'AuthorizationControlPlaneController.authorizeByForm': 'Sends the browser on to the same by GET.',
  'SignInControlPlaneController.page': 'Where people sign in.',
  'SignInControlPlaneController.submit': 'A form of ours, by its token; password and limits by SignInPort.',
  'SignInControlPlaneController.consent': 'A form of ours, by its token and the session cookie.',
  'ConsoleAssetsBackendController.style': 'The same for everybody.',
  'ConsoleAssetsBackendController.script': 'The same for everybody.',
  'JobsConsoleBackendController.list': 'For the user of the session cookie, as the policy says.',
  'JobsConsoleBackendController.get': 'For the user of the session cookie, as the policy says.',
  'JobsConsoleBackendController.cancel': 'A form of ours, by its token and the session cookie, as the policy says.',
  'JobsConsoleBackendController.requeue': 'A form of ours, by its token and the session cookie, as the policy says.',
  'JobStreamsConsoleBackendController.events': 'For the user of the session cookie, as the policy says.',
  'JobStreamsConsoleBackendController.log': 'For the user of the session cookie, as the policy says.',
  'ConsoleSignInControlPlaneController.page': 'Where people sign in for pages of the product itself.',
  'ConsoleSignInControlPlaneController.submit': 'A form of ours, by its token; password and limits by SignInPort.',
  'SignOutControlPlaneController.logout': 'Ends nothing without the user’s yes or their own id_token_hint.',
  'SignOutControlPlaneController.logoutByForm': 'A form of ours, by its token; an app’s is sent on as a GET.',
  'SignOutControlPlaneController.signedOut': 'Says a sentence.',
  'PasswordControlPlaneController.page': 'Tells nothing but to the bearer of a link.',
  'PasswordControlPlaneController.submit': 'A form of ours, by its token; a password is set by the bearer of a link.',
  'PageAssetsControlPlaneController.styles': 'The same for everybody.',
  'PageAssetsControlPlaneController.icon': 'The same for everybody.',
  'PageAssetsControlPlaneController.formPost': 'The same for everybody.',
  'InvitationsBackendController.accept': 'Takes the token of a link that was mailed; limited by address.',
  'ScimControlPlaneController.createUser': SCIM,
  'ScimControlPlaneController.listUsers': SCIM,
  'ScimControlPlaneController.searchUsers': SCIM,
  'ScimControlPlaneController.getUser': SCIM,
  'ScimControlPlaneController.replaceUser': SCIM,
  'ScimControlPlaneController.patchUser': SCIM,
  'ScimControlPlaneController.removeUser': SCIM,
  'ScimControlPlaneController.createGroup': SCIM,
  'ScimControlPlaneController.listGroups': SCIM,
  'ScimControlPlaneController.searchGroups': SCIM,
  'ScimControlPlaneController.getGroup': SCIM,
  'ScimControlPlaneController.replaceGroup': SCIM,
  'ScimControlPlaneController.patchGroup': SCIM,
  'ScimControlPlaneController.removeGroup': SCIM,
  'ScimControlPlaneController.me': SCIM,
  'ScimControlPlaneController.search': SCIM,
  'ScimControlPlaneController.bulk': SCIM,
  'ScimControlPlaneController.config': SCIM,
  'ScimControlPlaneController.resourceTypes': SCIM,
  'ScimControlPlaneController.resourceType': SCIM,
  'ScimControlPlaneController.schemas': SCIM,
  'ScimControlPlaneController.schema': SCIM,
  'HealthController.health': 'Tells only that the process answers.',
  'HealthzController.healthz': 'Tells only that the process answers.',
  'ReadyzController.readyz': 'Probes have no credentials; mounted on internal ports only.',
};

const controllers = restControllers();
const routes = controllers.flatMap(routesOf);
const names = (list: readonly Route[]): readonly string[] => list.map(({ handler }) => handler);

describe('the routes of the REST surfaces', () => {
  it('are found: each controller file has a controller, and each controller a route', () => {
    const files = sourceFiles().filter(({ path }) => path.endsWith('.controller.ts') && !path.includes('/grpc/'));
    expect(new Set(controllers.map(({ file }) => file))).toEqual(new Set(files.map(({ path }) => path)));
    expect(controllers.filter((controller) => routesOf(controller).length === 0)).toEqual([]);
  });

  it('all say who may call them', () => {
    expect(names(routes.filter(({ access }) => access === undefined))).toEqual([]);
  });

  it('are public only with a reason', () => {
    expect([...names(routes.filter(({ access }) => access === 'public'))].sort()).toEqual(Object.keys(PUBLIC).sort());
  });

  it('name their audit action in dotted words, each once', () => {
    const actions = routes.flatMap(({ access }) => (typeof access === 'object' ? [access.action] : []));
    expect(actions.filter((action) => !/^[a-z_]+(\.[a-z_]+)*$/.test(action))).toEqual([]);
    expect(actions.filter((action, index) => actions.indexOf(action) !== index)).toEqual([]);
  });

  it('stage the audit event of a write in the transaction of the write, or have a reason not to', () => {
    // The handler's action must be named in a file of its module that makes staged events, or that has a file `*-events.ts`
    // make them: there is no other way for an event to be in the transaction of the write.
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
});
