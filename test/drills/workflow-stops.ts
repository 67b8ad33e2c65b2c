import { Client } from 'pg';

/** The point at which a run stops: a change to a step, or to the run itself (step ''). */
export interface Stop {
  readonly step: string;
  /** `begun` of the run; a state of the step; or `sent`: its call has arrived and has no response. */
  readonly state: string;
  /** True if the change is committed, although the worker gets no response; false if the change is lost with the worker. */
  readonly isKept: boolean;
}

const LOCK = 8_715;

/**
 * Pauses transactions that change steps at the point where they commit, so that a worker can be killed in the middle of one. A lost change
 * looks as if the worker had died just before it, and a committed change as if the worker had died just after it.
 */
export class WorkflowStops {
  private readonly held = new Map<number, Stop>();

  private constructor(private readonly client: Client) {}

  static async open(adminUrl: string): Promise<WorkflowStops> {
    const client = new Client({ connectionString: adminUrl });
    await client.connect();
    await client.query(`
      CREATE SCHEMA drill;
      CREATE TABLE drill.stops (n serial PRIMARY KEY, run_id text, step_id text, state text);
      CREATE FUNCTION drill.hold() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      DECLARE
        step jsonb := to_jsonb(NEW);
        lock_n int;
      BEGIN
        SELECT n INTO lock_n FROM drill.stops WHERE run_id = coalesce(step ->> 'run_id', step ->> 'id')
          AND step_id = coalesce(step ->> 'step_id', '') AND state = coalesce(step ->> 'state', 'begun');
        IF FOUND THEN
          PERFORM pg_advisory_xact_lock_shared(${LOCK}, lock_n);
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER drill_hold AFTER INSERT OR UPDATE ON workflows.steps
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION drill.hold();
      CREATE CONSTRAINT TRIGGER drill_hold AFTER INSERT ON workflows.runs
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION drill.hold();
    `);
    return new WorkflowStops(client);
  }

  async add(runId: string, stop: Stop): Promise<void> {
    const { rows } = await this.client.query<{ n: number }>(
      'INSERT INTO drill.stops (run_id, step_id, state) VALUES ($1, $2, $3) RETURNING n',
      [runId, stop.step, stop.state],
    );
    const n = rows[0]?.n ?? 0;
    await this.client.query('SELECT pg_advisory_lock($1, $2)', [LOCK, n]);
    this.held.set(n, stop);
  }

  /** The number of held transactions. */
  async waiting(): Promise<number> {
    return (await this.waiters()).length;
  }

  /** Ends the held transactions, each as specified, and stops holding transactions. The worker must be gone by then. */
  async release(): Promise<void> {
    await this.client.query('DELETE FROM drill.stops');
    for (const { pid, n } of await this.waiters()) {
      if (this.held.get(n)?.isKept === false) await this.client.query('SELECT pg_terminate_backend($1)', [pid]);
    }
    while ((await this.waiters()).some(({ n }) => this.held.get(n)?.isKept === false));
    for (const n of this.held.keys()) await this.client.query('SELECT pg_advisory_unlock($1, $2)', [LOCK, n]);
    this.held.clear();
    while ((await this.waiters()).length > 0);
    // The released transactions have ended once none of our locks is held.
    while ((await this.locks()) > 0);
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  private async waiters(): Promise<readonly { readonly pid: number; readonly n: number }[]> {
    const sql = `SELECT pid, objid::int AS n FROM pg_locks
      WHERE locktype = 'advisory' AND classid = ${LOCK} AND NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    return (await this.client.query<{ pid: number; n: number }>(sql)).rows;
  }

  private async locks(): Promise<number> {
    const sql = `SELECT count(*)::int AS locks FROM pg_locks WHERE locktype = 'advisory' AND classid = ${LOCK}
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    return (await this.client.query<{ locks: number }>(sql)).rows[0]?.locks ?? 0;
  }
}
