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

/** Operations without an SDK method, with the reason for each. */
const WITHOUT_METHOD: Readonly<Record<string, string>> = {
  getSignedFile: 'anyone with the URL can get the file without the SDK',
  putSignedFile: 'the same',
  signOut: 'the browser is sent there',
  signOutByForm: 'the same',
  postUserinfo: 'the same as getUserinfo',
  receiveWorkflowHook: 'authenticated by headers from `sign` of @cpod/sdk/webhooks',
  registerClient: 'RFC 7591: an app without credentials calls it, with any OAuth library',
  readClient: 'the same',
  replaceClient: 'the same',
  deleteClient: 'the same',
  getUploadOptions: 'tus 1.0: tus-js-client',
  createUpload: 'the same',
  getUploadOffset: 'the same',
  appendToUpload: 'the same',
  cancelUpload: 'the same',
};

const definition = { name: 'w', trigger: { type: 'manual' }, steps: [] } as const;

/** A call to each operation, with `x` or a number for every path parameter. */
const calls: Readonly<Record<string, (client: CpodClient) => unknown>> = {
  registerApp: ({ apps }) => apps.register({ name: 'x' }),
  listApps: ({ apps }) => apps.list().page(),
  getApp: ({ apps }) => apps.get('x'),
  updateApp: ({ apps }) => apps.update('x', { name: 'y' }),
  deleteApp: ({ apps }) => apps.delete('x'),
  rotateAppSecret: ({ apps }) => apps.rotateSecret('x', 0),
  searchAudit: ({ audit }) => audit.query().page(),
  createAuditEvent: ({ audit }) => audit.emit({ action: 'a.b' }),
  exportAudit: ({ audit }) => audit.export({ format: 'csv' }),
  getAuditProof: ({ audit }) => audit.proof('x'),
  authorizeAction: (client) => client.authorize({ action: 'a.b', resource: 'c' }),
  createConnection: ({ connections }) => connections.create({ name: 'x', clientId: 'x' }),
  listConnections: ({ connections }) => connections.list().page(),
  getConnection: ({ connections }) => connections.get('x'),
  updateConnection: ({ connections }) => connections.update('x', {}),
  deleteConnection: ({ connections }) => connections.delete('x'),
  checkConnection: ({ connections }) => connections.check('x'),
  addConnectionDomain: ({ connections }) => connections.addDomain('x', 'a.example'),
  verifyConnectionDomain: ({ connections }) => connections.verifyDomain('x', 'x'),
  removeConnectionDomain: ({ connections }) => connections.removeDomain('x', 'x'),
  listLinkedIdentities: ({ connections }) => connections.identities('x').page(),
  unlinkIdentity: ({ connections }) => connections.unlink('x', 'x'),
  listOwnIdentities: ({ identities }) => identities.list().page(),
  unlinkOwnIdentity: ({ identities }) => identities.unlink('x'),
  createCredential: ({ credentials }) => credentials.create({ name: 'x', scopes: [] }),
  listCredentials: ({ credentials }) => credentials.list().page(),
  getCredential: ({ credentials }) => credentials.get('x'),
  revokeCredential: ({ credentials }) => credentials.revoke('x'),
  rotateCredential: ({ credentials }) => credentials.rotate('x'),
  listEvents: ({ events }) => events.list().page(),
  listFiles: ({ files }) => files.list().page(),
  copyFile: ({ files }) => files.copy({ source: place('a'), target: place('b') }),
  moveFile: ({ files }) => files.move({ source: place('a'), target: place('b') }),
  signFileUrl: ({ files }) => files.sign({ method: 'GET', ...place('a') }),
  listFileVersions: ({ files }) => files.versions('shared', 'a').page(),
  getFile: ({ files }) => files.read('shared', 'x'),
  putFile: ({ files }) => files.write('shared', 'x', ''),
  deleteFile: ({ files }) => files.delete('shared', 'x'),
  listFlags: ({ flags }) => flags.list().page(),
  evaluateFlag: ({ flags }) => flags.evaluate('x'),
  evaluateAllFlags: ({ flags }) => flags.evaluateAll(),
  putFlag: ({ flags }) => flags.set('x', {}),
  listAuthorizationGrants: ({ grants }) => grants.list(),
  revokeAuthorizationGrant: ({ grants }) => grants.revoke('x'),
  createGroup: ({ groups }) => groups.create({ displayName: 'x' }),
  listGroups: ({ groups }) => groups.list().page(),
  getGroup: ({ groups }) => groups.get('x'),
  updateGroup: ({ groups }) => groups.update('x', {}),
  deleteGroup: ({ groups }) => groups.delete('x'),
  listGroupMembers: ({ groups }) => groups.members('x').page(),
  addGroupMember: ({ groups }) => groups.addMember('x', 'x'),
  removeGroupMember: ({ groups }) => groups.removeMember('x', 'x'),
  submitJob: ({ jobs }) => jobs.submit({ type: 'container', kind: 'x' }),
  listJobs: ({ jobs }) => jobs.list().page(),
  getJob: ({ jobs }) => jobs.get('x'),
  cancelJob: ({ jobs }) => jobs.cancel('x'),
  requeueJob: ({ jobs }) => jobs.requeue('x'),
  streamJobEvents: ({ jobs }) => jobs.watch('x').next(),
  getJobLog: ({ jobs }) => jobs.logs('x').next(),
  getJobOutput: ({ jobs }) => jobs.output('x'),
  listJobSchedules: ({ jobs }) => jobs.schedules().page(),
  getJobSchedule: ({ jobs }) => jobs.schedule('x'),
  putJobSchedule: ({ jobs }) => jobs.setSchedule('x', { job: { type: 'container', kind: 'x' } } as never),
  resumeJobSchedule: ({ jobs }) => jobs.resumeSchedule('x'),
  transferJobSchedule: ({ jobs }) => jobs.transferSchedule('x', { type: 'user', id: 'x' }),
  deleteJobSchedule: ({ jobs }) => jobs.deleteSchedule('x'),
  detokeniseTokens: ({ masking }) => masking.detokenise({ tokens: [] }),
  maskDocument: ({ masking }) => masking.mask({}),
  maskString: ({ masking }) => masking.maskString(''),
  introspectToken: (client) => client.validateToken('t'),
  revokeToken: (client) => client.revokeToken('t'),
  issueToken: (client) => client.users.me(),
  getOwnAccount: ({ users }) => users.me(),
  updateOwnAccount: ({ users }) => users.updateMe({}),
  getOwnTenant: ({ tenants }) => tenants.current(),
  updateOwnTenant: ({ tenants }) => tenants.updateCurrent({}),
  inviteUser: ({ users }) => users.invite({ email: 'a@example.com' }),
  listInvitations: ({ users }) => users.invitations.list().page(),
  getInvitation: ({ users }) => users.invitations.get('x'),
  resendInvitation: ({ users }) => users.invitations.resend('x'),
  revokeInvitation: ({ users }) => users.invitations.revoke('x'),
  acceptInvitation: ({ users }) => users.invitations.accept('x', { password: 'long enough for this' }),
  createProject: ({ projects }) => projects.create({ key: 'A', name: 'a' }),
  listProjects: ({ projects }) => projects.list().page(),
  getProject: ({ projects }) => projects.get('x'),
  updateProject: ({ projects }) => projects.update('x', {}),
  deleteProject: ({ projects }) => projects.delete('x'),
  listProjectActivity: ({ projects }) => projects.activity('x').page(),
  listProjectMembers: ({ projects }) => projects.members('x').page(),
  setProjectMember: ({ projects }) => projects.setMember('x', 'x', { role: 'viewer' }),
  removeProjectMember: ({ projects }) => projects.removeMember('x', 'x'),
  restoreProject: ({ projects }) => projects.restore('x'),
  transferProject: ({ projects }) => projects.transfer('x', 'usr-1'),
  listSecrets: ({ secrets }) => secrets.list().page(),
  resolveSecret: ({ secrets }) => secrets.resolveEach({}),
  getSecret: ({ secrets }) => secrets.get('x'),
  putSecret: ({ secrets }) => secrets.set('x', { value: 'v' }),
  deleteSecret: ({ secrets }) => secrets.delete('x'),
  listSecretVersions: ({ secrets }) => secrets.versions('x').page(),
  getSelfRegistration: ({ apps }) => apps.selfRegistration.get(),
  setSelfRegistration: ({ apps }) => apps.selfRegistration.set({ enabled: true }),
  createInitialAccessToken: ({ apps }) => apps.selfRegistration.createToken({ name: 'x' }),
  listInitialAccessTokens: ({ apps }) => apps.selfRegistration.tokens().page(),
  deleteInitialAccessToken: ({ apps }) => apps.selfRegistration.deleteToken('x'),
  listSessions: ({ sessions }) => sessions.list().page(),
  endSession: ({ sessions }) => sessions.end('x'),
  endAllSessions: ({ sessions }) => sessions.endAll(),
  listSkills: ({ skills }) => skills.list().page(),
  getSkill: ({ skills }) => skills.get('x'),
  registerSkill: ({ skills }) => skills.register('x', { runtime: 'javascript', source: '' }),
  deleteSkill: ({ skills }) => skills.delete('x'),
  listSkillVersions: ({ skills }) => skills.versions('x').page(),
  getSkillVersion: ({ skills }) => skills.version('x', 1),
  getSkillOpenApi: ({ skills }) => skills.openApi('x'),
  setSkillAlias: ({ skills }) => skills.setAlias('x', 'x', 1),
  deleteSkillAlias: ({ skills }) => skills.deleteAlias('x', 'x'),
  rollBackSkillAlias: ({ skills }) => skills.rollbackAlias('x', 'x'),
  rotateSkillSecret: ({ skills }) => skills.rotateSecret('x'),
  runSkill: ({ skills }) => skills.run('x', {}, { waitSeconds: 1 }),
  createTenant: ({ tenants }) => tenants.create({ slug: 'a', name: 'a' }),
  listTenants: ({ tenants }) => tenants.list().page(),
  getTenant: ({ tenants }) => tenants.get('x'),
  updateTenant: ({ tenants }) => tenants.update('x', {}),
  activateTenant: ({ tenants }) => tenants.activate('x'),
  suspendTenant: ({ tenants }) => tenants.suspend('x'),
  getTokenClaims: ({ tokenClaims }) => tokenClaims.get(),
  putTokenClaims: ({ tokenClaims }) => tokenClaims.set({ rules: [] }),
  getAppTokenClaims: ({ tokenClaims }) => tokenClaims.getForApp('x'),
  putAppTokenClaims: ({ tokenClaims }) => tokenClaims.setForApp('x', { rules: [] }),
  getTokenPolicy: ({ tokenClaims }) => tokenClaims.policy(),
  tryTokenClaims: ({ tokenClaims }) => tokenClaims.dryRun({ rules: [] }),
  exportUsers: ({ users }) => users.export({ format: 'csv' }),
  importUsers: ({ users }) => users.import('email\n', 'text/csv', { dryRun: true }),
  getUserinfo: (client) => client.userinfo(),
  listUsers: ({ users }) => users.list().page(),
  getUser: ({ userProfiles }) => userProfiles.get('x'),
  updateUser: ({ users }) => users.update('x', {}),
  deleteUser: ({ users }) => users.delete('x', { dryRun: true }),
  activateUser: ({ users }) => users.activate('x'),
  deactivateUser: ({ users }) => users.deactivate('x'),
  suspendUser: ({ users }) => users.suspend('x'),
  createWebhook: ({ webhooks }) => webhooks.create({ url: 'https://a.example' }),
  listWebhooks: ({ webhooks }) => webhooks.list().page(),
  getWebhook: ({ webhooks }) => webhooks.get('x'),
  updateWebhook: ({ webhooks }) => webhooks.update('x', {}),
  deleteWebhook: ({ webhooks }) => webhooks.delete('x'),
  listWebhookDeliveries: ({ webhooks }) => webhooks.deliveries('x').page(),
  replayWebhookDelivery: ({ webhooks }) => webhooks.replay('x', 'x'),
  replayDeadWebhookDeliveries: ({ webhooks }) => webhooks.replayDead('x'),
  rotateWebhookSecret: ({ webhooks }) => webhooks.rotateSecret('x'),
  testWebhook: ({ webhooks }) => webhooks.test('x'),
  createWorkflow: ({ workflows }) => workflows.create(definition),
  listWorkflows: ({ workflows }) => workflows.list().page(),
  getWorkflow: ({ workflows }) => workflows.get('x'),
  replaceWorkflow: ({ workflows }) => workflows.update('x', definition),
  deleteWorkflow: ({ workflows }) => workflows.delete('x'),
  validateWorkflow: ({ workflows }) => workflows.validate('name: w'),
  listWorkflowVersions: ({ workflows }) => workflows.versions('x').page(),
  getWorkflowVersion: ({ workflows }) => workflows.version('x', 1),
  restoreWorkflowVersion: ({ workflows }) => workflows.restore('x', 1),
  diffWorkflowVersions: ({ workflows }) => workflows.diff('x', { from: 1, to: 2 }),
  triggerWorkflow: ({ workflows }) => workflows.trigger('x'),
  getWorkflowTrigger: ({ workflows }) => workflows.triggerState('x'),
  resumeWorkflowTrigger: ({ workflows }) => workflows.resumeTrigger('x'),
  transferWorkflowTrigger: ({ workflows }) => workflows.transferTrigger('x', { type: 'app', id: 'x' }),
  rotateWorkflowHookSecret: ({ workflows }) => workflows.rotateHookSecret('x'),
  listWorkflowRuns: ({ workflows }) => workflows.runs('x').page(),
  getWorkflowRun: ({ workflows }) => workflows.run('x'),
  cancelWorkflowRun: ({ workflows }) => workflows.cancelRun('x'),
  decideWorkflowApproval: ({ workflows }) => workflows.approve('x', 'x'),
};

function place(at: string): { readonly tier: 'shared'; readonly path: string } {
  return { tier: 'shared', path: at };
}

interface Sent {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
}

/** Returns the last request that a call sends to a backend whose response contains the members of all responses. */
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
    // A new operation needs a method in its namespace in sdk/src/api, and a line in `calls` above.
    expect(without).toEqual([]);
  });

  it('has no method for an operation that the backend does not have', () => {
    const known = new Set(operations.map(({ operationId }) => operationId));
    expect([...Object.keys(calls), ...Object.keys(WITHOUT_METHOD)].filter((id) => !known.has(id))).toEqual([]);
  });

  const called = operations.filter(({ operationId }) => operationId in calls && operationId !== 'issueToken');
  it.each(called.map((operation) => [operation.operationId, operation] as const))(
    '%s matches the API document, with an idempotency key where the operation accepts one',
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
