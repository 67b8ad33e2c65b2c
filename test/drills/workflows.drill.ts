import { newId } from '../../src/kernel/ids/ids';
import { JobsPort } from '../../src/modules/jobs/contract/jobs.port';
import {
  workflowDefinition,
  type WorkflowDefinition,
} from '../../src/modules/workflows/contract/workflow-definition.types';
import { jobOf } from '../../src/modules/workflows/domain/run-job';
import { eventually } from '../support/eventually';
import { inTenant } from '../support/jobs-world';
import { openSidecarCore, type TestCore } from '../support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../support/test-database';
import { WorkerProcesses } from '../support/worker-processes';
import { CallReceiver } from './call-receiver';
import { type Stop, WorkflowStops } from './workflow-stops';

export interface WorkflowsFigures {
  /** The number of points at which a worker was killed, with one run for each. */
  readonly points: number;
  readonly kills: number;
  /** Calls that were repeated because their worker had died before it stored their outcome. */
  readonly callsAgain: number;
}

const CALLS = ['reserve', 'charge', 'notify', 'pack', 'label', 'ship', 'invoice'] as const;
/** Each stopped run holds one of the worker's connections. */
const AT_ONCE = 12;

/** Ten steps, of which seven make a call and can be undone. The last step is refused, so all seven are undone. */
function definitionOf(url: string): WorkflowDefinition {
  const call = (id: string, ...dependsOn: string[]) => {
    const undo = { type: 'webhook', url: `${url}/undo`, body: '{{run.id}}' };
    return { id, type: 'webhook', url: `${url}/do`, dependsOn, undo };
  };
  return workflowDefinition.parse({
    name: 'order',
    steps: [
      call('reserve'),
      call('charge', 'reserve'),
      call('notify', 'reserve'),
      { id: 'cool', type: 'wait', seconds: 0, dependsOn: ['charge'] },
      { id: 'way', type: 'switch', dependsOn: ['cool', 'notify'], cases: [{ when: 'input.big', steps: ['pack'] }] },
      call('pack', 'way'),
      call('label', 'pack'),
      call('ship', 'label'),
      call('invoice', 'ship'),
      { id: 'bad', type: 'webhook', url: `${url}/refuse`, dependsOn: ['invoice'], onError: 'compensate' },
    ],
  });
}

/** Returns each stored change of such a run, once lost and once kept, and each call that has arrived but has not received a response. */
export function allPoints(): readonly Stop[] {
  const calls = [...CALLS, 'bad', ...CALLS.map((id) => `${id}:undo`)];
  const stored: (readonly [string, string])[] = [
    ['', 'begun'],
    ['cool', 'waiting'],
    ['cool', 'succeeded'],
    ['way', 'succeeded'],
    ...calls.flatMap((id) => [[id, 'running'] as const, [id, id === 'bad' ? 'failed' : 'succeeded'] as const]),
  ];
  return [
    ...stored.flatMap(([step, state]) => [true, false].map((isKept) => ({ step, state, isKept }))),
    ...calls.map((step) => ({ step, state: 'sent', isKept: true })),
  ];
}

/**
 * Kills the worker (kill -9) at each of these points of a run, many runs at a time. A different worker takes over each run. Fails
 * if a run does not end as expected, if a stored step runs again, or if a call uses the key of a different call.
 */
export async function workflowsDrill(points: readonly Stop[]): Promise<WorkflowsFigures> {
  const database = await createTestDatabase();
  const core = await openSidecarCore(database);
  const receiver = await CallReceiver.open();
  const stops = await WorkflowStops.open(database.adminUrl);
  const workers = new WorkerProcesses(database.appUrl, {
    DATABASE_POOL_SIZE: String(AT_ONCE + 6),
    JOBS_TENANT_CONCURRENCY: String(AT_ONCE),
    WEBHOOKS_PRIVATE_ADDRESSES: 'true',
  });
  const rounds = new Rounds({ database, core, receiver, stops, definition: definitionOf(receiver.url) });
  try {
    await rounds.save();
    await workers.start();
    let kills = 0;
    for (let at = 0; at < points.length; at += AT_ONCE) {
      const running = await rounds.begin(points.slice(at, at + AT_ONCE));
      await workers.kill();
      kills += 1;
      const known = await rounds.died(running);
      await workers.start();
      await rounds.expectEnd(running, known);
    }
    return { points: points.length, kills, callsAgain: receiver.keys.length - new Set(receiver.keys).size };
  } finally {
    await workers.kill();
    await stops.close();
    await receiver.close();
    await core.close();
    await database.drop();
  }
}

interface RoundParts {
  readonly database: TestDatabase;
  readonly core: TestCore;
  readonly receiver: CallReceiver;
  readonly stops: WorkflowStops;
  readonly definition: WorkflowDefinition;
}

interface StoredRow {
  readonly run_id: string;
  readonly step_id: string;
  readonly state: string;
  readonly is_over: boolean;
}

/** Runs, each of which stops at a given point. */
class Rounds {
  private readonly tenantId = newId('tnt');
  private readonly workflowId = newId('wfl');

  constructor(private readonly parts: RoundParts) {}

  async save(): Promise<void> {
    const { database, definition } = this.parts;
    await queryAs(
      database.adminUrl,
      `WITH made AS (
         INSERT INTO workflows.workflows (tenant_id, id, name, status, created_by, updated_by)
         VALUES ($1, $2, $3, 'active', 'drill', 'drill') RETURNING tenant_id, id
       ) INSERT INTO workflows.versions (tenant_id, id, version, definition, created_by)
       SELECT tenant_id, id, 1, $4, 'drill' FROM made`,
      [this.tenantId, this.workflowId, definition.name, JSON.stringify(definition)],
    );
  }

  /** Begins runs. Resolves with the runs by id when each has stopped at its point. */
  async begin(points: readonly Stop[]): Promise<ReadonlyMap<string, Stop>> {
    const { core, definition, receiver, stops } = this.parts;
    const order = { workflowId: this.workflowId, version: 1, undoes: null };
    const running = new Map<string, Stop>();
    for (const point of points) {
      // The start is delayed, so that the stop exists by then.
      const request = { ...jobOf(definition, order, { big: true }), delaySeconds: 1 };
      const { id } = await core.context.get(JobsPort).submit(inTenant(this.tenantId), request);
      running.set(id, point);
      if (point.state === 'sent') receiver.ignore(`${id}/${point.step}`);
      else await stops.add(id, point);
    }
    const sent = [...running].filter(([, { state }]) => state === 'sent');
    await eventually(async () => {
      expect(await stops.waiting()).toBe(running.size - sent.length);
      expect(sent.filter(([id, { step }]) => receiver.count(`${id}/${step}`) !== 1)).toEqual([]);
    });
    return running;
  }

  /** Checks the stored runs after the worker's death. Returns how often each finished step had been called. */
  async died(running: ReadonlyMap<string, Stop>): Promise<ReadonlyMap<string, number>> {
    await this.parts.stops.release();
    const rows = await this.stored(running);
    const missed = [...running].filter(([id, { step, state, isKept }]) => {
      if (state === 'sent' || step === '') return false;
      const isStored = rows.some((row) => row.run_id === id && row.step_id === step && row.state === state);
      return isStored !== isKept;
    });
    expect(missed).toEqual([]);
    const over = rows.filter(({ is_over: isOver }) => isOver).map((row) => `${row.run_id}/${row.step_id}`);
    return new Map(over.map((key) => [key, this.parts.receiver.count(key)]));
  }

  /** Expects all runs to have ended correctly without repeating a stored call. */
  async expectEnd(running: ReadonlyMap<string, Stop>, known: ReadonlyMap<string, number>): Promise<void> {
    const { database, receiver } = this.parts;
    const ids = [...running.keys()];
    await eventually(async () => {
      const sql = 'SELECT id FROM jobs.jobs WHERE id = ANY ($1) AND place IS NOT NULL';
      expect(await queryAs(database.adminUrl, sql, [ids])).toEqual([]);
    });
    const jobs = await queryAs<{ state: string; error: string; ends: number }>(
      database.adminUrl,
      `SELECT j.state, j.error, (SELECT count(*)::int FROM jobs.events AS e WHERE e.job_id = j.id
         AND e.type IN ('succeeded', 'failed', 'cancelled')) AS ends FROM jobs.jobs AS j WHERE id = ANY ($1)`,
      [ids],
    );
    const end = { state: 'failed', error: 'The step "bad" failed: The receiver returned 422.', ends: 1 };
    expect(jobs).toEqual(ids.map(() => end));
    const states = (await this.stored(running)).map((row) => `${row.run_id}/${row.step_id} ${row.state}`);
    expect(states.sort()).toEqual(ids.flatMap(finalStates).sort());
    const again = [...known].filter(([key, count]) => receiver.count(key) !== count);
    expect(again).toEqual([]);
    const calls = [...CALLS, 'bad', ...CALLS.map((id) => `${id}:undo`)];
    const counts = ids.flatMap((id) =>
      calls.map((step) => [`${id}/${step}`, receiver.count(`${id}/${step}`)] as const),
    );
    // Each worker dies only once, so a call whose outcome it had not stored is repeated once, with the same key.
    expect(counts.filter(([, count]) => count !== 1 && count !== 2)).toEqual([]);
    const own = new Set<string>(counts.map(([key]) => key));
    expect(receiver.keys.filter((key) => running.has(key.split('/')[0] ?? '') && !own.has(key))).toEqual([]);
  }

  private stored(running: ReadonlyMap<string, Stop>): Promise<readonly StoredRow[]> {
    const sql = `SELECT run_id, step_id, state, ended_at IS NOT NULL AS is_over FROM workflows.steps WHERE run_id = ANY ($1)`;
    return queryAs<StoredRow>(this.parts.database.adminUrl, sql, [[...running.keys()]]);
  }
}

function finalStates(id: string): readonly string[] {
  const done = [...CALLS, 'cool', 'way', ...CALLS.map((step) => `${step}:undo`)];
  return [...done.map((step) => `${id}/${step} succeeded`), `${id}/bad failed`];
}
