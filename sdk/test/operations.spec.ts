import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CpodClient } from '../src/client.js';

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> };
}

const document = JSON.parse(readFileSync(path.join(__dirname, '../../src/roles/backend/openapi.json'), 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

const operations = Object.entries(document.paths)
  .filter(([at]) => at.startsWith('/v1/'))
  .flatMap(([at, item]) =>
    Object.entries(item).map(([method, operation]) => ({ at, method: method.toUpperCase(), ...operation })),
  );

/** Operations without an SDK method, each with its reason. */
const WITHOUT_METHOD: Readonly<Record<string, string>> = {
  signedUrlsGet: 'whoever has the URL gets it, with no SDK',
  signedUrlsPut: 'the same',
  signOutLogout: 'the browser is sent there',
  signOutLogoutByForm: 'the same',
  userinfoPost: 'the same as userinfoGet',
  workflowHooksReceive: 'no token, but headers by `sign` of @cpod/sdk/webhooks',
  clientRegistrationRegister: 'RFC 7591: an app that has nothing of the platform yet, by any OAuth library',
  clientRegistrationRead: 'the same',
  clientRegistrationReplace: 'the same',
  clientRegistrationRemove: 'the same',
  uploadsOptions: 'tus 1.0: tus-js-client',
  uploadsCreate: 'the same',
  uploadsLook: 'the same',
  uploadsAppend: 'the same',
  uploadsCancel: 'the same',
};

const definition = { name: 'w', trigger: { type: 'manual' }, steps: [] } as const;

/** A call of each operation, with every path parameter `x`, or a number. */
const calls: Readonly<Record<string, (client: CpodClient) => unknown>> = {
  appsRegister: ({ apps }) => apps.register({ name: 'x' }),
  appsList: ({ apps }) => apps.list().page(),
  appsGet: ({ apps }) => apps.get('x'),
  appsUpdate: ({ apps }) => apps.update('x', { name: 'y' }),
  appsRemove: ({ apps }) => apps.delete('x'),
  appsRotateSecret: ({ apps }) => apps.rotateSecret('x', 0),
  auditSearch: ({ audit }) => audit.query().page(),
  customEventsCreate: ({ audit }) => audit.emit({ action: 'a.b' }),
  auditExport: ({ audit }) => audit.export({ format: 'csv' }),
  auditProofsProve: ({ audit }) => audit.proof('x'),
  authorize: (client) => client.authorize({ action: 'a.b', resource: 'c' }),
  credentialsCreate: ({ credentials }) => credentials.create({ name: 'x', scopes: [] }),
  credentialsList: ({ credentials }) => credentials.list().page(),
  credentialsGet: ({ credentials }) => credentials.get('x'),
  credentialsRevoke: ({ credentials }) => credentials.revoke('x'),
  credentialsRotate: ({ credentials }) => credentials.rotate('x'),
  eventsList: ({ events }) => events.list().page(),
  filesList: ({ files }) => files.list().page(),
  filesCopy: ({ files }) => files.copy({ source: place('a'), target: place('b') }),
  filesMove: ({ files }) => files.move({ source: place('a'), target: place('b') }),
  signedUrlsSign: ({ files }) => files.sign({ method: 'GET', ...place('a') }),
  filesVersions: ({ files }) => files.versions('shared', 'a').page(),
  filesGet: ({ files }) => files.read('shared', 'x'),
  filesPut: ({ files }) => files.write('shared', 'x', ''),
  filesRemove: ({ files }) => files.delete('shared', 'x'),
  flagsList: ({ flags }) => flags.list().page(),
  flagsEvaluate: ({ flags }) => flags.evaluate('x'),
  flagsEvaluateAll: ({ flags }) => flags.evaluateAll(),
  flagsPut: ({ flags }) => flags.set('x', {}),
  grantsList: ({ grants }) => grants.list(),
  grantsRevoke: ({ grants }) => grants.revoke('x'),
  groupsCreate: ({ groups }) => groups.create({ displayName: 'x' }),
  groupsList: ({ groups }) => groups.list().page(),
  groupsGet: ({ groups }) => groups.get('x'),
  groupsUpdate: ({ groups }) => groups.update('x', {}),
  groupsRemove: ({ groups }) => groups.delete('x'),
  groupsMembers: ({ groups }) => groups.members('x').page(),
  groupsAddMember: ({ groups }) => groups.addMember('x', 'x'),
  groupsRemoveMember: ({ groups }) => groups.removeMember('x', 'x'),
  jobsSubmit: ({ jobs }) => jobs.submit({ type: 'container', kind: 'x' }),
  jobsList: ({ jobs }) => jobs.list().page(),
  jobsGet: ({ jobs }) => jobs.get('x'),
  jobsCancel: ({ jobs }) => jobs.cancel('x'),
  jobsRequeue: ({ jobs }) => jobs.requeue('x'),
  jobStreamsEvents: ({ jobs }) => jobs.watch('x').next(),
  jobStreamsLog: ({ jobs }) => jobs.logs('x').next(),
  jobsOutput: ({ jobs }) => jobs.output('x'),
  jobSchedulesList: ({ jobs }) => jobs.schedules().page(),
  jobSchedulesGet: ({ jobs }) => jobs.schedule('x'),
  jobSchedulesPut: ({ jobs }) => jobs.setSchedule('x', { job: { type: 'container', kind: 'x' } } as never),
  jobSchedulesResume: ({ jobs }) => jobs.resumeSchedule('x'),
  jobSchedulesTransfer: ({ jobs }) => jobs.transferSchedule('x', { type: 'user', id: 'x' }),
  jobSchedulesRemove: ({ jobs }) => jobs.deleteSchedule('x'),
  maskingDetokenise: ({ masking }) => masking.detokenise({ tokens: [] }),
  maskingMask: ({ masking }) => masking.mask({}),
  maskingMaskString: ({ masking }) => masking.maskString(''),
  oauthIntrospect: (client) => client.validateToken('t'),
  oauthRevoke: (client) => client.revokeToken('t'),
  oauthToken: (client) => client.users.me(),
  ownAccountGet: ({ users }) => users.me(),
  ownAccountUpdate: ({ users }) => users.updateMe({}),
  ownTenantGet: ({ tenants }) => tenants.current(),
  ownTenantUpdate: ({ tenants }) => tenants.updateCurrent({}),
  invitationsInvite: ({ users }) => users.invite({ email: 'a@example.com' }),
  invitationsList: ({ users }) => users.invitations.list().page(),
  invitationsGet: ({ users }) => users.invitations.get('x'),
  invitationsResend: ({ users }) => users.invitations.resend('x'),
  invitationsRevoke: ({ users }) => users.invitations.revoke('x'),
  invitationsAccept: ({ users }) => users.invitations.accept('x', { password: 'long enough for this' }),
  projectsCreate: ({ projects }) => projects.create({ key: 'A', name: 'a' }),
  projectsList: ({ projects }) => projects.list().page(),
  projectsGet: ({ projects }) => projects.get('x'),
  projectsUpdate: ({ projects }) => projects.update('x', {}),
  projectsRemove: ({ projects }) => projects.delete('x'),
  projectsActivity: ({ projects }) => projects.activity('x').page(),
  projectMembersMembers: ({ projects }) => projects.members('x').page(),
  projectMembersSetMember: ({ projects }) => projects.setMember('x', 'x', { role: 'viewer' }),
  projectMembersRemoveMember: ({ projects }) => projects.removeMember('x', 'x'),
  projectsRestore: ({ projects }) => projects.restore('x'),
  projectMembersTransfer: ({ projects }) => projects.transfer('x', 'usr-1'),
  secretsList: ({ secrets }) => secrets.list().page(),
  secretsResolve: ({ secrets }) => secrets.resolveEach({}),
  secretsGet: ({ secrets }) => secrets.get('x'),
  secretsPut: ({ secrets }) => secrets.set('x', { value: 'v' }),
  secretsRemove: ({ secrets }) => secrets.delete('x'),
  secretsVersions: ({ secrets }) => secrets.versions('x').page(),
  selfRegistrationGet: ({ apps }) => apps.selfRegistration.get(),
  selfRegistrationSet: ({ apps }) => apps.selfRegistration.set({ enabled: true }),
  selfRegistrationCreateToken: ({ apps }) => apps.selfRegistration.createToken({ name: 'x' }),
  selfRegistrationListTokens: ({ apps }) => apps.selfRegistration.tokens().page(),
  selfRegistrationRemoveToken: ({ apps }) => apps.selfRegistration.deleteToken('x'),
  sessionsList: ({ sessions }) => sessions.list().page(),
  sessionsRemove: ({ sessions }) => sessions.end('x'),
  sessionsRemoveAll: ({ sessions }) => sessions.endAll(),
  skillsList: ({ skills }) => skills.list().page(),
  skillsGet: ({ skills }) => skills.get('x'),
  skillsRegister: ({ skills }) => skills.register('x', { runtime: 'javascript', source: '' }),
  skillsRemove: ({ skills }) => skills.delete('x'),
  skillsVersions: ({ skills }) => skills.versions('x').page(),
  skillsVersion: ({ skills }) => skills.version('x', 1),
  skillsOpenApi: ({ skills }) => skills.openApi('x'),
  skillAliasesSet: ({ skills }) => skills.setAlias('x', 'x', 1),
  skillAliasesRemove: ({ skills }) => skills.deleteAlias('x', 'x'),
  skillAliasesRollback: ({ skills }) => skills.rollbackAlias('x', 'x'),
  skillsRotateSecret: ({ skills }) => skills.rotateSecret('x'),
  skillRunsRun: ({ skills }) => skills.run('x', {}, { waitSeconds: 1 }),
  tenantsCreate: ({ tenants }) => tenants.create({ slug: 'a', name: 'a' }),
  tenantsList: ({ tenants }) => tenants.list().page(),
  tenantsGet: ({ tenants }) => tenants.get('x'),
  tenantsUpdate: ({ tenants }) => tenants.update('x', {}),
  tenantsActivate: ({ tenants }) => tenants.activate('x'),
  tenantsSuspend: ({ tenants }) => tenants.suspend('x'),
  userExportRun: ({ users }) => users.export({ format: 'csv' }),
  userImportRun: ({ users }) => users.import('email\n', 'text/csv', { dryRun: true }),
  userinfoGet: (client) => client.userinfo(),
  usersList: ({ users }) => users.list().page(),
  usersGet: ({ userProfiles }) => userProfiles.get('x'),
  usersUpdate: ({ users }) => users.update('x', {}),
  usersRemove: ({ users }) => users.delete('x', { dryRun: true }),
  usersActivate: ({ users }) => users.activate('x'),
  usersDeactivate: ({ users }) => users.deactivate('x'),
  usersSuspend: ({ users }) => users.suspend('x'),
  webhooksCreate: ({ webhooks }) => webhooks.create({ url: 'https://a.example' }),
  webhooksList: ({ webhooks }) => webhooks.list().page(),
  webhooksGet: ({ webhooks }) => webhooks.get('x'),
  webhooksUpdate: ({ webhooks }) => webhooks.update('x', {}),
  webhooksRemove: ({ webhooks }) => webhooks.delete('x'),
  webhooksDeliveries: ({ webhooks }) => webhooks.deliveries('x').page(),
  webhooksReplay: ({ webhooks }) => webhooks.replay('x', 'x'),
  webhooksReplayDead: ({ webhooks }) => webhooks.replayDead('x'),
  webhooksRotateSecret: ({ webhooks }) => webhooks.rotateSecret('x'),
  webhooksTest: ({ webhooks }) => webhooks.test('x'),
  workflowsCreate: ({ workflows }) => workflows.create(definition),
  workflowsList: ({ workflows }) => workflows.list().page(),
  workflowsGet: ({ workflows }) => workflows.get('x'),
  workflowsReplace: ({ workflows }) => workflows.update('x', definition),
  workflowsRemove: ({ workflows }) => workflows.delete('x'),
  workflowsValidate: ({ workflows }) => workflows.validate('name: w'),
  workflowsVersions: ({ workflows }) => workflows.versions('x').page(),
  workflowsVersion: ({ workflows }) => workflows.version('x', 1),
  workflowsRestore: ({ workflows }) => workflows.restore('x', 1),
  workflowsDiff: ({ workflows }) => workflows.diff('x', { from: 1, to: 2 }),
  workflowsTrigger: ({ workflows }) => workflows.trigger('x'),
  workflowTriggersGet: ({ workflows }) => workflows.triggerState('x'),
  workflowTriggersResume: ({ workflows }) => workflows.resumeTrigger('x'),
  workflowTriggersTransfer: ({ workflows }) => workflows.transferTrigger('x', { type: 'app', id: 'x' }),
  workflowHooksRotateSecret: ({ workflows }) => workflows.rotateHookSecret('x'),
  workflowRunsList: ({ workflows }) => workflows.runs('x').page(),
  workflowRunsGet: ({ workflows }) => workflows.run('x'),
  workflowRunsCancel: ({ workflows }) => workflows.cancelRun('x'),
  workflowRunsDecide: ({ workflows }) => workflows.approve('x', 'x'),
};

function place(at: string): { readonly tier: 'shared'; readonly path: string } {
  return { tier: 'shared', path: at };
}

interface Sent {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
}

/** Returns the last request of a call, sent to a backend that answers with every member of any answer. */
async function sentBy(call: (client: CpodClient) => unknown): Promise<Sent | undefined> {
  const sent: Sent[] = [];
  const everything = {
    access_token: 't',
    expires_in: 60,
    items: [],
    nextCursor: null,
    resolved: [],
    refusedPatterns: [],
  };
  const fetch = async (input: string, init: RequestInit): Promise<Response> => {
    sent.push({ method: init.method ?? '', url: new URL(input), headers: new Headers(init.headers) });
    const isStream = new Headers(init.headers).get('accept') === 'text/event-stream';
    return isStream ? new Response(null, { status: 204 }) : Response.json(everything);
  };
  await call(new CpodClient({ clientId: 'a', clientSecret: 'b', baseUrl: 'http://localhost', fetch }));
  return sent.find(({ url }) => url.pathname !== '/v1/oauth/token') && sent.at(-1);
}

/** Returns whether a URL matches the path of an operation. */
function isAt(url: URL, at: string): boolean {
  const pattern = at.split('/').map((part) => (part.startsWith('{') ? '[^/]+' : part));
  return new RegExp(`^${pattern.join('/')}$`).test(url.pathname);
}

describe('the SDK', () => {
  it('has a method for every backend operation intended for applications', () => {
    const without = operations
      .map(({ operationId }) => operationId)
      .filter((id) => !(id in calls) && !(id in WITHOUT_METHOD));
    // A new operation needs a method of its namespace in sdk/src/api, and a line above.
    expect(without).toEqual([]);
  });

  it('has no method for an operation that the backend does not have', () => {
    const known = new Set(operations.map(({ operationId }) => operationId));
    expect([...Object.keys(calls), ...Object.keys(WITHOUT_METHOD)].filter((id) => !known.has(id))).toEqual([]);
  });

  const called = operations.filter(({ operationId }) => operationId in calls && operationId !== 'oauthToken');
  it.each(called.map((operation) => [operation.operationId, operation] as const))(
    '%s matches the API document, with an idempotency key where the operation takes one',
    async (operationId, { at, method, parameters = [], requestBody }) => {
      const sent = await sentBy(calls[operationId] as (client: CpodClient) => unknown);
      expect([sent?.method, sent?.url.pathname, sent && isAt(sent.url, at)]).toEqual([
        method,
        sent?.url.pathname,
        true,
      ]);
      const isKeyed = parameters.some(({ name }) => name.toLowerCase() === 'idempotency-key');
      expect(sent?.headers.has('idempotency-key')).toBe(isKeyed);
      const queries = parameters.filter((one) => one.in === 'query').map(({ name }) => name);
      expect([...(sent?.url.searchParams.keys() ?? [])].filter((name) => !queries.includes(name))).toEqual([]);
      const type = sent?.headers.get('content-type') ?? null;
      const types = Object.keys(requestBody?.content ?? {});
      if (types.includes('application/json') || types.length === 0) {
        expect([null, 'application/json', 'application/yaml']).toContain(type);
      }
    },
  );
});
