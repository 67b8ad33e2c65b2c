import { eventually } from '../../../test/support/eventually';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant } from '../../../test/support/two-tenants';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { ScheduledTask } from '../../kernel/tasks/scheduled-task';
import { SILENT_LOGGER } from '../../kernel/telemetry/logger';
import { Clock } from '../../kernel/time/clock';
import { EventFeedPort } from '../events/contract/event-feed.port';
import { jobQuery } from '../jobs/contract/job-query.types';
import type { Job } from '../jobs/contract/job.types';
import { JobsPort } from '../jobs/contract/jobs.port';
import { GroupsPort } from '../users/contract/groups.port';
import { newGroup } from '../users/contract/groups.types';
import { workflowDefinition } from './contract/workflow-definition.types';
import type { Workflow } from './contract/workflows.types';
import { WorkflowsPort } from './contract/workflows.port';
import { EventTriggers } from './event-triggers';
import { FiringsRepository } from './storage/firings.repository';
import { WorkflowTriggers } from './workflow-triggers';

let database: TestDatabase;
let core: TestCore;
let context: CallContext;
let others: readonly ScheduledTask[];

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  context = systemContext(newId('req'), (await makeTenant(core, 'a')).id);
  // Several processes read the same events.
  const get = <T extends object>(port: abstract new (...args: never[]) => T): T =>
    core.context.get(port, { strict: false });
  others = [1, 2].map(() => {
    const [firings, events] = [get(FiringsRepository), get(EventFeedPort)];
    const triggers = new EventTriggers(firings, events, get(WorkflowTriggers), get(Clock), SILENT_LOGGER);
    return new ScheduledTask({ everyMs: 250, turn: (signal) => triggers.look(signal), failed: () => undefined });
  });
  for (const one of others) one.start();
});

afterAll(async () => {
  for (const one of others) await one.stop();
  await core.close();
  await database.drop();
});

const workflows = () => core.context.get(WorkflowsPort, { strict: false });
let names = 0;
const on = (event: string, more: object = {}, whole: object = {}): Promise<Workflow> =>
  workflows().create(
    context,
    workflowDefinition.parse({
      name: `flow-${(names += 1)}`,
      trigger: { type: 'event', event, ...more },
      steps: [{ id: 'a', type: 'wait', seconds: 0 }],
      output: '{{input.subject}}',
      ...whole,
    }),
  );
const makeGroup = async (as = context) => {
  const groups = core.context.get(GroupsPort, { strict: false });
  const { id } = await groups.create(as, newGroup.parse({ displayName: `Group ${(names += 1)}` }));
  return `group/${id}`;
};
const runsOf = async ({ name }: Workflow): Promise<readonly Job[]> =>
  (await core.context.get(JobsPort).list(context, jobQuery.parse({ kind: name, limit: 100 }))).items;
const subjectsOf = async (workflow: Workflow): Promise<unknown[]> =>
  (await runsOf(workflow)).map(({ input }) => (input as { subject: unknown }).subject).sort();
/** Resolves with the subject of a marker event when every event up to that event has been processed. */
const quiet = async (): Promise<string> => {
  const last = await on('coresdk.group.created');
  const subject = await makeGroup();
  await eventually(async () => expect(await subjectsOf(last)).toEqual([subject]));
  await workflows().remove(context, last.id, null);
  return subject;
};

it('an event runs each matching workflow once, with the event as its input, regardless of the process that reads it', async () => {
  const wanted = await on('coresdk.group.created');
  const family = await on('coresdk.group.*');
  const another = await on('coresdk.user.created');
  const subjects = await Promise.all(Array.from({ length: 8 }, () => makeGroup()));
  await eventually(async () => expect(await subjectsOf(wanted)).toEqual([...subjects].sort()));
  const all = [...subjects, await quiet()].sort();
  for (const one of [wanted, family]) await eventually(async () => expect(await subjectsOf(one)).toEqual(all));
  expect(await runsOf(another)).toEqual([]);
  const [job] = await runsOf(wanted);
  await eventually(async () =>
    expect(await core.context.get(JobsPort).get(context, job?.id ?? '')).toMatchObject({ state: 'succeeded' }),
  );
  expect(job?.input).toMatchObject({ specversion: '1.0', type: 'coresdk.group.created', tenantid: context.tenantId });
});

it('an event with a different subject, of a different tenant, or from before the trigger existed, does not start a run', async () => {
  const before = await makeGroup();
  const one = await on('coresdk.group.*', { subject: before });
  const many = await on('coresdk.group.created', { subject: 'group/*' });
  const after = await makeGroup();
  await makeGroup(systemContext(newId('req'), (await makeTenant(core, 'b')).id));
  const last = await quiet();
  await eventually(async () => expect(await subjectsOf(many)).toEqual([after, last].sort()));
  expect(await subjectsOf(one)).toEqual([]);
});

it('an event that is submitted again after a crash does not start a second run, even if the workflow has changed since', async () => {
  const workflow = await on('coresdk.group.created');
  await makeGroup();
  await eventually(async () => expect(await runsOf(workflow)).toHaveLength(1));
  const [job] = await runsOf(workflow);
  const changed = workflowDefinition.parse({ name: workflow.name, trigger: workflow.trigger, steps: workflow.steps });
  await workflows().replace(context, workflow.id, { ...changed, timeoutSeconds: 77 }, null);
  // Simulates a crash after the run was submitted and before it was recorded.
  const sql = `UPDATE workflows.firings SET due_at = now(), job_id = NULL WHERE workflow_id = $1 RETURNING key`;
  expect(await queryAs(database.adminUrl, sql, [workflow.id])).not.toEqual([]);
  await eventually(async () => {
    const open = 'SELECT FROM workflows.firings WHERE workflow_id = $1 AND due_at IS NOT NULL';
    expect(await queryAs(database.adminUrl, open, [workflow.id])).toEqual([]);
  });
  expect((await runsOf(workflow)).map(({ id }) => id)).toContain(job?.id);
  const fired = await queryAs<{ job_id: string }>(
    database.adminUrl,
    'SELECT job_id FROM workflows.firings WHERE workflow_id = $1',
    [workflow.id],
  );
  expect(fired.map((row) => row.job_id).sort()).toEqual((await runsOf(workflow)).map(({ id }) => id).sort());
});

it('a workflow does not receive events after it is disabled, deleted or given a different trigger', async () => {
  const [disabled, deleted, manual] = [
    await on('coresdk.group.created'),
    await on('coresdk.group.created'),
    await on('coresdk.group.created'),
  ];
  const { name, steps, trigger } = disabled;
  const off = workflowDefinition.parse({ name, steps, trigger, status: 'disabled' });
  await workflows().replace(context, disabled.id, off, null);
  await workflows().remove(context, deleted.id, null);
  const byHand = workflowDefinition.parse({ name: manual.name, steps });
  await workflows().replace(context, manual.id, byHand, null);
  await makeGroup();
  await quiet();
  for (const one of [disabled, deleted, manual]) expect(await runsOf(one)).toEqual([]);
});

it('an event that does not match the input schema is recorded in the audit log and is not retried', async () => {
  const inputSchema = { type: 'object', required: ['colour'] };
  const workflow = await on('coresdk.group.created', {}, { inputSchema, output: 'x' });
  await makeGroup();
  await eventually(async () => {
    const sql = 'SELECT due_at, error FROM workflows.firings WHERE workflow_id = $1';
    const rows = await queryAs(database.adminUrl, sql, [workflow.id]);
    expect(rows).toEqual([{ due_at: null, error: expect.stringContaining('colour') as string }]);
  });
  const told = `SELECT payload ->> 'reason' AS reason FROM kernel.outbox WHERE payload ->> 'resourceId' = $1
    AND payload ->> 'outcome' = 'failure' UNION ALL SELECT reason FROM audit.events WHERE resource_id = $1 AND outcome = 'failure'`;
  expect(await queryAs(database.adminUrl, told, [workflow.id])).toEqual([
    { reason: expect.stringContaining('colour') as string },
  ]);
});
