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

/** Guarded routes that change none of our data, so no write can stage their event; the surface records the call. */
const STAGES_NOTHING: Readonly<Record<string, string>> = {
  'AuthorizePublicController.authorize': 'Decides about a token and changes nothing; POST because the token is secret.',
  'CustomEventsPublicController.create': 'The event is all that it writes, and it is answered when that is committed.',
  'MaskingPublicController.mask': 'Masks what it is sent and changes nothing; POST because it takes a body.',
  'MaskingPublicController.maskString': 'Masks what it is sent and changes nothing; POST because it takes a body.',
  'MaskingPublicController.detokenise':
    'Changes nothing. The service records it before it answers, so that no value leaves without its record.',
  'EvaluateInternalController.evaluate': 'Decides and changes nothing; POST because it takes a body.',
  'PolicyInternalController.dryRun': 'Decides by way of trial and changes nothing; POST because it takes a body.',
  'UploadsPublicController.append':
    'Takes bytes that are nothing yet; the file that they become stages "file.put" in the transaction that makes it.',
  'FlagsPublicController.evaluate': 'Evaluates and changes nothing; POST because it takes a context.',
  'FlagsPublicController.evaluateAll': 'Evaluates and changes nothing; POST because it takes a context.',
  'OfrepPublicController.evaluate': 'Evaluates and changes nothing; POST is what the protocol says.',
  'OfrepPublicController.evaluateAll': 'Evaluates and changes nothing; POST is what the protocol says.',
  'LegacyPoliciesInternalController.put':
    'Stages "policy.upload": the write is that of the route it is another spelling of.',
  'SecretsPublicController.resolve':
    'Changes nothing. The service records it before it answers, so that no value goes out without its record.',
  'SecretsInternalController.put': 'Stages "secret.set": the write is that of the backend’s route.',
  'SecretsInternalController.remove': 'Stages "secret.delete": the write is that of the backend’s route.',
  'SecretSealingInternalController.rewrap': 'Seals stored values again; nothing visible changes.',
  'SecretSealingInternalController.rotateKey': 'Seals stored values again; nothing visible changes.',
  'JobsPublicController.requeue': 'Stages "job.submit": what it writes is another job.',
  'McpPublicController.message': 'Stages "job.submit" for each run, as the route for runs does.',
  'SkillRunsPublicController.run': 'Stages "job.submit": a run is the job that it hands in.',
  'UserExportPublicController.run': 'Stages "job.submit": an export is the job that it hands in.',
  'UserImportPublicController.run': 'Stages "user.import": the write is that of users, at once or by a job.',
  'WorkflowsPublicController.restore': 'Stages "workflow.update": the restored content is the next version.',
  'WorkflowsPublicController.trigger': 'Stages "job.submit": a run is the job that it hands in.',
  'WorkflowsPublicController.validate': 'Judges what it is sent and changes nothing; POST because it takes a body.',
  'WorkflowRunsPublicController.cancel': 'Stages "job.cancel": a run is a job.',
  'WebhooksPublicController.test': 'Sends an event that did not happen and writes nothing; POST because it acts.',
  'SecretSealingInternalController.reseal': 'Continues a rotation.',
};

/** Reads that are recorded individually, even if a tenant aggregates its read records. */
const ALWAYS_RECORDED: Readonly<Record<string, string>> = {
  'AuditProofsPublicController.prove': 'Gives out a record of the log.',
  'AuditPublicController.search': 'Reads the log.',
  'AuditPublicController.export': 'Gives out the log.',
  'ProjectsPublicController.activity': 'Reads the log, as far as it is about a project.',
  'SecretsPublicController.list': 'Says which secrets there are.',
  'SecretsPublicController.get': 'Says what is known of a secret.',
  'SecretsPublicController.versions': 'Says what is known of a secret.',
  'FilesPublicController.get': 'Gives out the content of a file.',
  'SignedUrlsPublicController.get': 'Gives out the content of a file.',
  'JobsPublicController.output': 'Gives out what a job has made, such as an export of users.',
};

const OPA = 'The service token of the installation; only this machine reaches the surface.';
const SCIM = 'The token of a connection, or an access token with the scope scim, judged before the router.';

/** Public routes, each with its protection. */
const PUBLIC: Readonly<Record<string, string>> = {
  'DocsController.openapi': 'The reference of the API; the same for everybody.',
  'DocsController.llms': 'The reference of the API; the same for everybody.',
  'DocsController.page': 'The reference of the API; the same for everybody.',
  'DocsController.start': 'The reference of the API; the same for everybody.',
  'DocsController.bundle': 'The reference of the API; the same for everybody.',
  'DocsController.style': 'The reference of the API; the same for everybody.',
  'DocsSiteController.redirect': 'The documentation; the same for everybody.',
  'DocsSiteController.page': 'The documentation; the same for everybody.',
  'WorkflowHooksPublicController.receive':
    'A signature by the secret of the hook (Standard Webhooks), with a time of now; failures are limited by address.',
  'ResourceMetadataPublicController.get': 'RFC 9728: where a client without a token finds out how to get one.',
  'UploadsPublicController.options': 'Tells which parts of the tus protocol are here; the same for everybody.',
  'JwksInternalController.jwks': 'The public keys; the same for everybody.',
  'JwksInternalController.jwksForSdks': 'The public keys; the same for everybody.',
  'MetadataInternalController.oauth': 'The abilities of the authorization server; the same for everybody.',
  'MetadataInternalController.openid': 'The abilities of the authorization server; the same for everybody.',
  'OauthInternalController.token': 'Client authentication by RFC 6749 §2.3.',
  'OauthInternalController.introspect': 'Client authentication or admin bearer by RFC 7662 §2.1.',
  'OauthInternalController.revoke': 'Client authentication or admin bearer by RFC 7009 §2.1.',
  'ClientRegistrationInternalController.register': 'Initial access token by RFC 7591 §3; limited by address.',
  'ClientRegistrationInternalController.read': 'Registration access token by RFC 7592 §2.1.',
  'ClientRegistrationInternalController.replace': 'Registration access token by RFC 7592 §2.2.',
  'ClientRegistrationInternalController.remove': 'Registration access token by RFC 7592 §2.3.',
  'UserinfoInternalController.get': 'Bearer token by RFC 6750 §2.1.',
  'UserinfoInternalController.post': 'Bearer token by RFC 6750 §2.1 or §2.2.',
  'LoginInternalController.login': 'Takes the credential in its body, and slows guessing down.',
  'ValidateInternalController.validate': 'Takes the credential, a token, in its body; limited by address.',
  'AuthorizationInternalController.authorize': 'Shows pages; its codes are for the user of the session cookie.',
  'AuthorizationInternalController.authorizeByForm': 'Sends the browser on to the same by GET.',
  'SignInInternalController.page': 'Where people sign in.',
  'SignInInternalController.submit': 'A form of ours, by its token; password and limits by SignInPort.',
  'SignInInternalController.consent': 'A form of ours, by its token and the session cookie.',
  'ConsoleAssetsPublicController.style': 'The same for everybody.',
  'ConsoleAssetsPublicController.script': 'The same for everybody.',
  'JobsConsolePublicController.list': 'For the user of the session cookie, as the policy says.',
  'JobsConsolePublicController.get': 'For the user of the session cookie, as the policy says.',
  'JobsConsolePublicController.cancel': 'A form of ours, by its token and the session cookie, as the policy says.',
  'JobsConsolePublicController.requeue': 'A form of ours, by its token and the session cookie, as the policy says.',
  'JobStreamsConsolePublicController.events': 'For the user of the session cookie, as the policy says.',
  'JobStreamsConsolePublicController.log': 'For the user of the session cookie, as the policy says.',
  'ConsoleSignInInternalController.page': 'Where people sign in for pages of the product itself.',
  'ConsoleSignInInternalController.submit': 'A form of ours, by its token; password and limits by SignInPort.',
  'SignOutInternalController.logout': 'Ends nothing without the user’s yes or their own id_token_hint.',
  'SignOutInternalController.logoutByForm': 'A form of ours, by its token; an app’s is sent on as a GET.',
  'SignOutInternalController.signedOut': 'Says a sentence.',
  'PasswordInternalController.page': 'Tells nothing but to the bearer of a link.',
  'PasswordInternalController.submit': 'A form of ours, by its token; a password is set by the bearer of a link.',
  'PageAssetsInternalController.styles': 'The same for everybody.',
  'PageAssetsInternalController.icon': 'The same for everybody.',
  'PageAssetsInternalController.formPost': 'The same for everybody.',
  'InvitationsPublicController.accept': 'Takes the token of a link that was mailed; limited by address.',
  'DocumentsOpaController.read': OPA,
  'DocumentsOpaController.ask': OPA,
  'DocumentsOpaController.askV0': OPA,
  'DocumentsOpaController.health': 'Says whether it can decide; only this machine reaches the surface.',
  'DocumentsOpaController.refuse': 'Refuses.',
  'ScimInternalController.createUser': SCIM,
  'ScimInternalController.other': SCIM,
  'ScimInternalController.listUsers': SCIM,
  'ScimInternalController.searchUsers': SCIM,
  'ScimInternalController.getUser': SCIM,
  'ScimInternalController.replaceUser': SCIM,
  'ScimInternalController.patchUser': SCIM,
  'ScimInternalController.removeUser': SCIM,
  'ScimInternalController.createGroup': SCIM,
  'ScimInternalController.listGroups': SCIM,
  'ScimInternalController.searchGroups': SCIM,
  'ScimInternalController.getGroup': SCIM,
  'ScimInternalController.replaceGroup': SCIM,
  'ScimInternalController.patchGroup': SCIM,
  'ScimInternalController.removeGroup': SCIM,
  'ScimInternalController.me': SCIM,
  'ScimInternalController.search': SCIM,
  'ScimInternalController.bulk': SCIM,
  'ScimInternalController.config': SCIM,
  'ScimInternalController.resourceTypes': SCIM,
  'ScimInternalController.resourceType': SCIM,
  'ScimInternalController.schemas': SCIM,
  'ScimInternalController.schema': SCIM,
  'HealthController.health': 'Tells only that the process answers.',
  'HealthzController.healthz': 'Tells only that the process answers.',
  'ReadyzController.readyz': 'Probes have no credentials; mounted on internal ports only.',
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

  it('all declare who may call them', () => {
    expect(names(routes.filter(({ access }) => access === undefined))).toEqual([]);
  });

  it('are public only with a documented reason', () => {
    expect([...names(routes.filter(({ access }) => access === 'public'))].sort()).toEqual(Object.keys(PUBLIC).sort());
  });

  it('use no guard, pipe, interceptor or parameter where the hot path answers before Nest', () => {
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
    // The handler's action must be named in a file of its module that makes staged events, or that has a file `*-events.ts`
    // make them: only such events are in the transaction of the write.
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

  it('treat a POST as a read only where the operation stages no event', () => {
    const reads = routes.filter(({ access }) => typeof access === 'object' && access.isRead === true);
    expect(reads.length).toBeGreaterThan(0);
    expect(names(reads).filter((name) => !(name in STAGES_NOTHING))).toEqual([]);
  });
});
