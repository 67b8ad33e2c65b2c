import { setTimeout as sleep } from 'node:timers/promises';
import type { AppWithSecret } from '../../src/modules/apps/contract/apps.types';
import { DecisionClient } from '../support/decision-call';
import { eventually } from '../support/eventually';
import { call, type Call } from '../support/http-client';
import type { Installation } from '../support/installation';
import { AuditLoad } from './audit-load';

const PAUSE_MS = 20;
const POLL_MS = 20;
const SCOPES = ['projects.read', 'projects.write', 'skills.read', 'skills.run', 'skills.write'];
/** The maximum time for which a process without contact with the database can miss a revocation. */
export const CHANGE_FEED_MAX_AGE_MS = 2_000;

/** Counts of acknowledged work that exists exactly once at the end. */
export interface WorkFigures {
  readonly projects: number;
  readonly runs: number;
  readonly events: number;
  /** Acknowledged revocations; none of these tokens was accepted for longer than the change feed allows. */
  readonly revocations: number;
  /** The longest time that a token was accepted after its revocation was acknowledged. */
  readonly latestAcceptedMs: number;
}

/** The amount of acknowledged work of each kind. */
export type Done = Readonly<Record<'projects' | 'runs' | 'events' | 'accepted' | 'revocations', number>>;

/** Creates projects, runs skills, writes audit events and revokes tokens until {@link end}. */
export class OrdinaryWork {
  private readonly projects: string[] = [];
  private readonly runs: string[] = [];
  /** Tokens, each with the time at which its revocation was acknowledged. */
  private readonly revoked = new Map<string, number>();
  private accepted = 0;
  private latestAcceptedMs = 0;
  private readonly faults: string[] = [];
  private failedAttempts = 0;
  private readonly sidecar: DecisionClient;
  private isOver = false;

  private constructor(
    private readonly installation: Installation,
    private readonly audit: AuditLoad,
    private readonly app: AppWithSecret,
    private readonly token: string,
  ) {
    this.sidecar = new DecisionClient(installation.sidecarAddresses[0] ?? '');
  }

  static async prepare(installation: Installation): Promise<OrdinaryWork> {
    const audit = new AuditLoad(installation, PAUSE_MS);
    const app = await installation.register(await installation.adminToken(), {
      declared_scopes: SCOPES,
      default_scopes: SCOPES,
    });
    const token = await installation.token(app.client_id, app.client_secret ?? '');
    const json = { runtime: 'javascript', source: 'export default (input) => input.n + 1' };
    const { status, text } = await installation.backend('/v1/skills/add', { method: 'PUT', token, json });
    if (status >= 300) throw new Error(`The skill was refused: ${text}`);
    return new OrdinaryWork(installation, audit, app, token);
  }

  begin(): readonly Promise<void>[] {
    return [
      this.repeat((n) => this.makeProject(n)),
      this.repeat((n) => this.startRun(n)),
      this.repeat(() => this.revokeOne()),
      this.repeat(() => this.tryOne()),
      this.audit.emitting(0),
    ];
  }

  done(): Done {
    return {
      projects: this.projects.length,
      runs: this.runs.length,
      events: this.audit.acknowledged.size,
      accepted: this.accepted,
      revocations: this.revoked.size,
    };
  }

  /** The number of operations that were not acknowledged and were retried. */
  get failures(): number {
    return this.failedAttempts + this.audit.sentAgain;
  }

  /** Resolves when more work of each kind has been done. */
  async untilMoved(before: Done): Promise<void> {
    const kinds = Object.keys(before) as (keyof Done)[];
    await eventually(() => {
      const now = this.done();
      expect(kinds.filter((kind) => now[kind] <= before[kind])).toEqual([]);
      expect(this.faults.slice(0, 10)).toEqual([]);
    });
  }

  /** Resolves when every process is ready and more work of each kind has been done. */
  async untilBack(): Promise<void> {
    const before = this.done();
    for (const process of this.installation.processes) {
      while ((await process.readiness()) !== 200) {
        if (!process.isRunning) throw new Error(`${process.name} has ended:\n${process.log.slice(-4_000)}`);
        await sleep(POLL_MS);
      }
    }
    await this.untilMoved(before);
  }

  async end(working: readonly Promise<void>[]): Promise<void> {
    this.isOver = true;
    this.audit.stop();
    await Promise.all(working);
    expect(this.faults.slice(0, 10)).toEqual([]);
  }

  /** Stops all work, without checking its results. */
  abandon(): void {
    this.isOver = true;
    this.audit.stop();
    this.audit.close();
    this.sidecar.close();
  }

  /** Fails unless all acknowledged work exists exactly once, and no revoked token is accepted. */
  async proven(): Promise<WorkFigures> {
    await this.audit.prove();
    const made = await this.installation.query<{ id: string }>(
      `SELECT id FROM projects.projects WHERE name = 'Ordinary'`,
    );
    expect(made.map(({ id }) => id).sort()).toEqual([...this.projects].sort());
    const jobs = () =>
      this.installation.query<{ id: string; state: string }>(`SELECT id, state FROM jobs.jobs WHERE kind = 'add'`);
    expect((await jobs()).map(({ id }) => id).sort()).toEqual([...this.runs].sort());
    await eventually(async () => {
      expect((await jobs()).filter(({ state }) => state !== 'succeeded' && state !== 'failed')).toEqual([]);
    });
    expect((await jobs()).filter(({ state }) => state !== 'succeeded')).toEqual([]);
    // A sidecar that starts now has the same state as the database.
    const sidecar = this.installation.process('sidecar-1');
    await sidecar.kill();
    sidecar.launch();
    await sidecar.untilReady();
    await eventually(async () => expect(await this.isAccepted(this.token)).toBe(true));
    for (const token of this.revoked.keys()) expect(await this.isAccepted(token)).toBe(false);
    return {
      projects: this.projects.length,
      runs: this.runs.length,
      events: this.audit.acknowledged.size,
      revocations: this.revoked.size,
      latestAcceptedMs: Math.round(this.latestAcceptedMs),
    };
  }

  /** Repeats `act` and retries each call until it is done. @param act returns true if it is done; if it throws, it is retried. */
  private async repeat(act: (n: number) => Promise<boolean>): Promise<void> {
    for (let n = 0; !this.isOver;) {
      if (await act(n).catch(() => false)) n += 1;
      else this.failedAttempts += 1;
      await sleep(PAUSE_MS);
    }
  }

  private async makeProject(n: number): Promise<boolean> {
    const json = { key: `F${n}`, name: 'Ordinary' };
    return this.keep(this.projects, await this.post('/v1/projects', `project-${n}`, json), 201);
  }

  private async startRun(n: number): Promise<boolean> {
    return this.keep(
      this.runs,
      await this.post('/v1/skills/add/run', `run-${n}`, { input: { n }, maxAttempts: 5 }),
      202,
    );
  }

  private post(path: string, key: string, json: object): Promise<{ readonly status: number; readonly body: unknown }> {
    return this.ask(path, { method: 'POST', token: this.token, json, headers: { 'idempotency-key': key } });
  }

  private keep(
    ids: string[],
    { status, body }: { readonly status: number; readonly body: unknown },
    expected: number,
  ): boolean {
    if (status === expected) ids.push((body as { readonly id: string }).id);
    // With any other status, a valid request was refused.
    else if (status < 500 && status !== 429) this.faults.push(`${status}: ${JSON.stringify(body)}`);
    return status === expected;
  }

  private async revokeOne(): Promise<boolean> {
    const basic = [this.app.client_id, this.app.client_secret ?? ''] as const;
    const token = await this.installation.token(...basic);
    if (!(await this.isAccepted(token))) return false;
    for (;;) {
      const { status } = await this.ask('/v1/oauth/revoke', { basic, form: { token } });
      if (status === 200) break;
      if (this.isOver) return false;
      this.failedAttempts += 1;
      await sleep(PAUSE_MS);
    }
    this.revoked.set(token, performance.now());
    return true;
  }

  /** Presents a valid token and a revoked one. */
  private async tryOne(): Promise<boolean> {
    if (await this.isAccepted(this.token)) this.accepted += 1;
    else this.failedAttempts += 1;
    const tokens = [...this.revoked.keys()];
    for (const token of [tokens.at(-1), tokens[Math.floor(Math.random() * tokens.length)]]) {
      if (token === undefined) continue;
      const askedAt = performance.now();
      if (!(await this.isAccepted(token))) continue;
      const sinceMs = askedAt - (this.revoked.get(token) ?? askedAt);
      this.latestAcceptedMs = Math.max(this.latestAcceptedMs, sinceMs);
      if (sinceMs > CHANGE_FEED_MAX_AGE_MS)
        this.faults.push(`A token was accepted ${sinceMs} ms after its revocation.`);
    }
    return true;
  }

  private async isAccepted(token: string): Promise<boolean> {
    const headers = { 'x-service-token': this.installation.secrets.serviceToken, 'x-service-name': 'drill' };
    const { answer } = await this.sidecar.call('AuthService/ValidateToken', { token }, headers);
    return (answer as { readonly valid?: boolean } | null)?.valid === true;
  }

  private ask(path: string, options: Call): Promise<{ readonly status: number; readonly body: unknown }> {
    return call(this.installation.backendUrl + path, options);
  }
}
