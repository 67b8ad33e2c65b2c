import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '../../../test/support/eventually';
import { activateBundle } from '../../../test/support/policy-bundle';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { outage } from '../../kernel/errors/app-error';
import { newId } from '../../kernel/ids/ids';
import { AppsPort } from '../apps/contract/apps.port';
import { newApp } from '../apps/contract/apps.types';
import { AuthPort, type PrincipalVerdict } from '../auth/contract/auth.port';
import { EgressPort } from '../gates/contract/egress.port';
import { skillDefinition } from '../skills/contract/skill-definition.types';
import { SkillsPort } from '../skills/contract/skills.port';
import { workflowDefinition } from './contract/workflow-definition.types';
import { WorkflowRunsPort } from './contract/workflow-runs.port';
import { WorkflowsPort } from './contract/workflows.port';
import type { WholeWorkflowRun, Workflow } from './contract/workflows.types';

const AWAY: PrincipalVerdict = { allowed: false, code: 'unavailable', reason: '', outage: 'sidecar_unavailable' };

let database: TestDatabase;
let core: TestCore;
let server: Server;
let url: string;
/** The paths at which the receiver was called. */
const called: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    called.push(request.url ?? '');
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  database = await createTestDatabase();
  core = await openAllCore(database, { WEBHOOKS_PRIVATE_ADDRESSES: 'true' });
});

afterAll(async () => {
  await core.close();
  await database.drop();
  server.close();
});

afterEach(() => {
  jest.restoreAllMocks();
});

const workflows = () => core.context.get(WorkflowsPort, { strict: false });
const runs = () => core.context.get(WorkflowRunsPort, { strict: false });

/** Returns the context of a call by a tenant's app with the given scopes. */
const by = ({ id, clientId }: TestTenant, ...scopes: string[]): CallContext => ({
  ...systemContext(newId('req'), id),
  actor: { type: 'service', id: clientId },
  appId: clientId,
  scopes,
  isPlatformAdmin: false,
});

/** Returns a tenant with a skill `greet` that is ready to run. */
async function tenantWithSkill(): Promise<TestTenant> {
  const tenant = await makeTenant(core, 's');
  const source = 'export default () => ({ greeting: "Hello" })';
  const skill = skillDefinition.parse({ runtime: 'javascript', source });
  await core.context
    .get(SkillsPort, { strict: false })
    .register(systemContext(newId('req'), tenant.id), 'greet', skill, null);
  return tenant;
}

const create = (context: CallContext, steps: readonly object[], more: object = {}): Promise<Workflow> =>
  workflows().create(context, workflowDefinition.parse({ name: `flow-${newId('wfl').slice(-8)}`, steps, ...more }));
const SKILL = { id: 'greet', type: 'skill', skill: 'greet', input: {} };
const hook = (path: string, more: object = {}): object => ({
  id: 'call',
  type: 'webhook',
  url: `${url}${path}`,
  ...more,
});
const denyIf = (condition: string, reason = 'not here'): string => `package authz

default allow := false

allow if {
  data.coresdk.authz.allow
  not denied
}

denied if { ${condition} }

deny_reason := "${reason}"`;
const upload = (tenant: TestTenant, source: string): Promise<number> =>
  activateBundle(database.adminUrl, tenant.id, { modules: { 'policy.rego': source } });

const look = (context: CallContext, id: string): Promise<WholeWorkflowRun> => runs().get(context, id);
async function ended(context: CallContext, runId: string): Promise<WholeWorkflowRun> {
  await eventually(async () => expect(['completed', 'failed']).toContain((await look(context, runId)).status));
  return look(context, runId);
}

describe('a workflow that is saved', () => {
  it('cannot run a skill that its author cannot run', async () => {
    const tenant = await tenantWithSkill();
    const author = by(tenant, 'workflows.read', 'workflows.write');
    await expect(create(author, [SKILL])).rejects.toMatchObject({
      code: 'forbidden',
      fields: [{ pointer: '/steps/0/skill', code: 'denied', message: expect.stringContaining('skills.run') as string }],
    });
    const verdict = await workflows().validate(author, JSON.stringify({ name: 'dry', steps: [SKILL] }));
    expect(verdict).toMatchObject({ isValid: false, errors: [{ pointer: '/steps/0/skill', code: 'denied' }] });
    const allowed = await create(by(tenant, 'workflows.write', 'skills.run'), [SKILL]);
    const changed = workflowDefinition.parse({ name: allowed.name, steps: [{ ...SKILL, id: 'again' }] });
    await expect(workflows().replace(author, allowed.id, changed, null)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('must comply with its tenant’s policy for skills, other workflows, URLs and its own trigger', async () => {
    const tenant = await tenantWithSkill();
    const author = by(tenant, 'workflows.write', 'skills.run', 'jobs.write');
    const other = await create(author, [{ id: 'a', type: 'wait', seconds: 0 }]);
    await upload(tenant, denyIf(`input.resource in {"skill/greet", "workflow/${other.id}"}`));
    const steps = [SKILL, { id: 'sub', type: 'workflow', workflow: other.name }];
    await eventually(async () =>
      expect(create(author, steps)).rejects.toMatchObject({
        code: 'forbidden',
        fields: [
          { pointer: '/steps/0/skill', code: 'denied', message: 'not here' },
          { pointer: '/steps/1/workflow', code: 'denied', message: 'not here' },
        ],
      }),
    );
    await upload(
      tenant,
      'package coresdk.egress\n\ndefault allow := false\n\nallow if startswith(input.path, "/open/")\n',
    );
    const undo = { type: 'webhook', url: `${url}/closed/undo` };
    await eventually(async () =>
      expect(create(author, [hook('/open/{{input.x}}', { undo })])).rejects.toMatchObject({
        code: 'forbidden',
        fields: [{ pointer: '/steps/0/undo/url', code: 'denied' }],
      }),
    );
    await create(author, [hook('/open/{{input.x}}')]);
    await upload(tenant, denyIf('input.action == "workflow.trigger"'));
    const trigger = { type: 'schedule', cron: '0 3 * * *' };
    await eventually(async () =>
      expect(create(author, [{ id: 'a', type: 'wait', seconds: 0 }], { trigger })).rejects.toMatchObject({
        code: 'forbidden',
      }),
    );
  });

  it('is not saved while no decision about its steps is available', async () => {
    const tenant = await tenantWithSkill();
    const author = by(tenant, 'workflows.write', 'skills.run');
    jest.spyOn(core.context.get(AuthPort), 'authorizePrincipal').mockResolvedValue(AWAY);
    await expect(create(author, [SKILL])).rejects.toMatchObject({ code: 'unavailable' });
    jest.restoreAllMocks();
    jest.spyOn(core.context.get(EgressPort), 'authorize').mockRejectedValue(outage('sidecar_unavailable'));
    await expect(create(author, [hook('/saved')])).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('a step that runs', () => {
  it('runs with the current authority of the caller who started the run', async () => {
    const tenant = await tenantWithSkill();
    const author = by(tenant, 'workflows.write', 'skills.run');
    const flow = await create(author, [SKILL]);
    const own = await workflows().trigger(author, flow.id, { input: null });
    expect(await ended(author, own.jobId)).toMatchObject({ status: 'completed' });
    // The other app is allowed to trigger the workflow, but not to run the skill.
    const app = newApp.parse({ name: 'Starter', declared_scopes: ['workflows.write'] });
    const other = await core.context.get(AppsPort).register(systemContext(newId('req'), tenant.id), app);
    const starter = by({ ...tenant, clientId: other.client_id }, 'workflows.write');
    const theirs = await workflows().trigger(starter, flow.id, { input: null });
    expect(await ended(author, theirs.jobId)).toMatchObject({
      status: 'failed',
      steps: [{ status: 'failed', attempt: 1, error: { code: 'denied' } }],
    });
    await upload(tenant, denyIf('input.action == "skill.run"', 'frozen'));
    await eventually(async () => {
      const { jobId } = await workflows().trigger(author, flow.id, { input: null });
      const { steps } = await ended(author, jobId);
      expect(steps[0]?.error).toEqual({ code: 'denied', message: expect.stringContaining('frozen') as string });
    });
  });

  it('does not call a URL that the egress policy began to refuse after the workflow was saved', async () => {
    const tenant = await makeTenant(core, 'e');
    const author = by(tenant, 'workflows.write');
    const flow = await create(author, [hook('/refused-later')]);
    await upload(tenant, 'package coresdk.egress\n\ndefault allow := false\n\ndeny_reason := "closed"\n');
    await eventually(async () => {
      const before = called.filter((path) => path === '/refused-later').length;
      const { jobId } = await workflows().trigger(author, flow.id, { input: null });
      const { steps } = await ended(author, jobId);
      expect(steps[0]?.error).toEqual({ code: 'denied', message: expect.stringContaining('closed') as string });
      expect(called.filter((path) => path === '/refused-later')).toHaveLength(before);
    });
  });

  it('neither runs nor fails while no decision is available, and runs once when a decision is available', async () => {
    const tenant = await tenantWithSkill();
    const author = by(tenant, 'workflows.write', 'skills.run');
    const flow = await create(author, [SKILL, { ...hook('/waited'), dependsOn: [] }]);
    const auth = core.context.get(AuthPort);
    const decide = auth.authorizePrincipal.bind(auth);
    const asked = new Set<string>();
    const spy = jest.spyOn(auth, 'authorizePrincipal').mockImplementation((context, principal, act, options) => {
      // The run itself is allowed to begin, but its steps are not.
      if (act.action === 'skill.run') asked.add('skill');
      return act.action === 'skill.run' ? Promise.resolve(AWAY) : decide(context, principal, act, options);
    });
    const egress = jest.spyOn(core.context.get(EgressPort), 'authorize').mockImplementation(() => {
      asked.add('url');
      return Promise.reject(outage('sidecar_unavailable'));
    });
    const { jobId } = await workflows().trigger(author, flow.id, { input: null });
    await eventually(() => expect([...asked].sort()).toEqual(['skill', 'url']));
    expect(await look(author, jobId)).toMatchObject({
      status: 'running',
      steps: [
        { status: 'running', attempt: 1, error: null },
        { status: 'running', attempt: 1, error: null },
      ],
    });
    expect(called).not.toContain('/waited');
    spy.mockRestore();
    egress.mockRestore();
    expect(await ended(author, jobId)).toMatchObject({
      status: 'completed',
      steps: [
        { status: 'succeeded', attempt: 1 },
        { status: 'succeeded', attempt: 1 },
      ],
    });
    expect(called.filter((path) => path === '/waited')).toHaveLength(1);
  });
});
