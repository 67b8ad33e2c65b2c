import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import type { EmitAuditEventResponse } from '../../src/kernel/grpc/generated/coresdk/v1/audit';
import type { ValidateTokenResponse } from '../../src/kernel/grpc/generated/coresdk/v1/auth';
import type { AppWithSecret } from '../../src/modules/apps/contract/apps.types';
import type { Page } from '../../src/kernel/lists/page';
import type { Project } from '../../src/modules/projects/contract/projects.types';
import { eventually } from '../support/eventually';
import type { GrpcClient } from '../support/grpc-client';
import type { Call } from '../support/http-client';
import { Installation } from '../support/installation';

const SIDECARS = 2;

/** The acknowledged results before and after the kill. The items in `unknown` got no response, but might have had their effect. */
interface Burst {
  readonly acknowledged: string[];
  readonly unknown: string[];
}

/**
 * Runs one task per item, `width` at a time, until no items are left. If a task throws, it got no response, but its item might have had its
 * effect.
 */
async function burst(
  items: readonly string[],
  width: number,
  task: (item: string) => Promise<string | null>,
  onAcknowledged: (count: number) => void = () => undefined,
): Promise<Burst> {
  const waiting = [...items];
  const result: Burst = { acknowledged: [], unknown: [] };
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      const done = await task(item).catch(() => null);
      if (done === null) {
        result.unknown.push(item);
      } else {
        result.acknowledged.push(done);
        onAcknowledged(result.acknowledged.length);
      }
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return result;
}

/** Runs an action once when a burst has made this much progress, which is in the middle of the burst no matter how fast the machine is. */
class Moment {
  private done: Promise<void> | null = null;

  constructor(
    private readonly at: number,
    private readonly act: () => Promise<void>,
  ) {}

  readonly reached = (count: number): void => {
    if (count >= this.at) this.done ??= this.act();
  };

  /** Resolves when the action is done. Throws if the burst ended earlier. */
  async over(): Promise<void> {
    if (this.done === null) throw new Error(`The burst ended before ${this.at} were acknowledged.`);
    await this.done;
  }
}

const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(4, '0')}`);

function emit(sidecar: GrpcClient, resourceId: string): Promise<string | null> {
  return sidecar
    .call<EmitAuditEventResponse>('AuditService', 'EmitAuditEvent', {
      action: 'burst.event',
      resourceType: 'burst',
      resourceId,
      tenantId: 'default',
      userId: '',
      outcome: 'success',
      metadataJson: '',
    })
    .then(({ eventId }) => (eventId === '' ? null : resourceId));
}

/** Returns the number of events that each resource has for an action. */
async function eventsOf(installation: Installation, action: string): Promise<Map<string, number>> {
  const rows = await installation.query<{ resource_id: string; count: number }>(
    'SELECT resource_id, count(*)::int AS count FROM audit.events WHERE action = $1 GROUP BY resource_id',
    [action],
  );
  return new Map(rows.map(({ resource_id, count }) => [resource_id, count]));
}

/** Asserts that each acknowledged result is recorded, and that no result is recorded twice. */
async function expectExactlyOnce(
  installation: Installation,
  action: string,
  acknowledged: readonly string[],
): Promise<void> {
  await eventually(async () => {
    const events = await eventsOf(installation, action);
    expect(acknowledged.filter((id) => !events.has(id))).toEqual([]);
    expect([...events].filter(([, count]) => count !== 1)).toEqual([]);
  });
}

async function expectEmptyOutbox(installation: Installation): Promise<void> {
  await eventually(async () => {
    expect(await installation.query('SELECT count(*)::int FROM kernel.outbox')).toEqual([{ count: 0 }]);
  });
}

async function reasons(sidecar: GrpcClient, tokens: readonly string[]): Promise<string[]> {
  const verdicts = await Promise.all(
    tokens.map((token) => sidecar.call<ValidateTokenResponse>('AuthService', 'ValidateToken', { token })),
  );
  return [...new Set(verdicts.map(({ valid, error }) => (valid ? 'valid' : (error?.extensions['reason'] ?? '?'))))];
}

/** Issues tokens a few at a time. */
async function tokensOf(installation: Installation, app: AppWithSecret, count: number): Promise<string[]> {
  const { acknowledged } = await burst(names('token', count), 16, () =>
    installation.token(app.client_id, app.client_secret),
  );
  expect(acknowledged).toHaveLength(count);
  return acknowledged;
}

/** Returns project keys, which are short, such as `A0001`. */
const projectKeys = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(4, '0')}`);

describe('kill -9 with separate processes and the embedded database', () => {
  let installation: Installation;
  let app: AppWithSecret;
  let token: string;
  let sidecars: GrpcClient[];
  /** A token that is still valid, and the revoked tokens. */
  let kept = '';
  let revoked: string[] = [];

  beforeAll(async () => {
    installation = await Installation.start({ layout: 'split', sidecars: SIDECARS });
    app = await installation.register(await installation.adminToken());
    token = await installation.token(app.client_id, app.client_secret);
    sidecars = installation.everySidecar();
  });

  afterAll(() => installation.remove());

  async function createProject(key: string): Promise<string | null> {
    const call: Call = { token, json: { key, name: key } };
    const { status, body } = await installation.backend<Project>('/v1/projects', call);
    return status === 201 ? body.id : null;
  }

  test('of the control plane during a burst keeps acknowledged revocations in all sidecars, and their events', async () => {
    [kept = '', ...revoked] = await tokensOf(installation, app, 121);
    const controlPlane = installation.process('control-plane');
    const kill = new Moment(40, () => controlPlane.kill());
    const basic = [app.client_id, app.client_secret] as const;
    const revoke = async (one: string): Promise<string | null> => {
      const { status } = await installation.controlPlane('/oauth/revoke', { basic, form: { token: one } });
      return status === 200 ? one : null;
    };
    const [revocations, events, projects] = await Promise.all([
      burst(revoked, 24, revoke, kill.reached),
      burst(names('first', 120), 8, (name) => emit(sidecars[1] as GrpcClient, name)),
      burst(projectKeys('A', 40), 4, createProject),
    ]);
    await kill.over();
    expect(controlPlane.isRunning).toBe(false);
    expect(revocations.acknowledged.length).toBeGreaterThanOrEqual(40);
    expect(revocations.unknown.length).toBeGreaterThan(0);
    // The sidecars and the backend do not need the control plane.
    expect(events.unknown).toEqual([]);
    expect(projects.unknown).toEqual([]);

    const holdsEverywhere = (): Promise<void> =>
      eventually(async () => {
        for (const sidecar of sidecars) {
          expect(await reasons(sidecar, revocations.acknowledged)).toEqual(['token_revoked']);
          expect(await reasons(sidecar, [kept])).toEqual(['valid']);
        }
      });
    await holdsEverywhere();
    await installation.launch();
    await holdsEverywhere();
    const jtis = revocations.acknowledged.map((one) => decodeJwt(one).jti ?? '');
    await expectExactlyOnce(installation, 'oauth.token.revoke', jtis);
    await expectExactlyOnce(installation, 'burst.event', events.acknowledged);
    await expectExactlyOnce(installation, 'project.create', projects.acknowledged);
    await expectEmptyOutbox(installation);
    // The tokens without a response can be revoked now.
    expect((await burst(revocations.unknown, 16, revoke)).unknown).toEqual([]);
  });

  test('of a sidecar during a burst keeps every acknowledged event once', async () => {
    const sidecar = installation.process('sidecar-2');
    const kill = new Moment(100, () => sidecar.kill());
    const { acknowledged, unknown } = await burst(
      names('second', 500),
      32,
      (name) => emit(sidecars[1] as GrpcClient, name),
      kill.reached,
    );
    await kill.over();
    expect(acknowledged.length).toBeGreaterThanOrEqual(100);
    expect(unknown.length).toBeGreaterThan(0);
    await expectExactlyOnce(installation, 'burst.event', acknowledged);
  });

  test('of the backend’s sidecar during a burst leaves each project with exactly one event', async () => {
    const sidecar = installation.process('sidecar-1');
    const kill = new Moment(60, () => sidecar.kill());
    const { acknowledged, unknown } = await burst(projectKeys('B', 250), 16, createProject, kill.reached);
    await kill.over();
    expect(acknowledged.length).toBeGreaterThanOrEqual(60);
    expect(unknown.length).toBeGreaterThan(0);
    await expectExactlyOnce(installation, 'project.create', acknowledged);
    // Includes the projects whose caller did not get a 201: each effect has its record, and each record has its effect.
    await eventually(async () => {
      const stored = await installation.query<{ id: string }>('SELECT id FROM projects.projects');
      const recorded = await installation.query<{ id: string }>(
        `SELECT resource_id AS id FROM audit.events WHERE action = 'project.create' AND outcome = 'success'`,
      );
      const sorted = (rows: { id: string }[]): string[] => rows.map(({ id }) => id).sort();
      expect(sorted(recorded)).toEqual(sorted(stored));
    });
    await expectEmptyOutbox(installation);
    sidecar.launch();
    await sidecar.untilReady();
    await eventually(async () => expect(await createProject('AFTER')).not.toBeNull());
  });

  test('of all processes together keeps the data, which is served after a restart', async () => {
    const before = await installation.backend<Page<Project>>('/v1/projects?limit=500', { token });
    expect(before.status).toBe(200);
    await installation.killHard();
    await installation.launch();
    const after = await eventually(async () => {
      const answer = await installation.backend<Page<Project>>('/v1/projects?limit=500', { token });
      expect(answer.status).toBe(200);
      return answer;
    });
    expect(after.body).toEqual(before.body);
    // The sidecars' state now comes only from the store.
    await eventually(async () => {
      for (const sidecar of sidecars) {
        expect(await reasons(sidecar, revoked)).toEqual(['token_revoked']);
        expect(await reasons(sidecar, [kept])).toEqual(['valid']);
        expect(await emit(sidecar, 'after-restart')).not.toBeNull();
      }
    });
  });
});

describe('kill -9 of the single process', () => {
  let installation: Installation;

  beforeAll(async () => {
    installation = await Installation.start({ layout: 'all' });
  });

  afterAll(() => installation.remove());

  test('during a burst keeps revocations, events, projects and the database after a restart', async () => {
    const app = await installation.register(await installation.adminToken());
    const [kept = '', ...revoked] = await tokensOf(installation, app, 121);
    const sidecar = installation.sidecar();
    const basic = [app.client_id, app.client_secret] as const;
    const kill = new Moment(40, () => installation.killHard());
    const [revocations, events, projects] = await Promise.all([
      burst(
        revoked,
        16,
        async (one) => {
          const { status } = await installation.backend('/v1/oauth/revoke', { basic, form: { token: one } });
          return status === 200 ? one : null;
        },
        kill.reached,
      ),
      burst(names('all', 150), 8, (name) => emit(sidecar, name)),
      burst(projectKeys('C', 60), 4, async (key) => {
        const call: Call = { token: kept, json: { key, name: key } };
        const { status, body } = await installation.backend<Project>('/v1/projects', call);
        return status === 201 ? body.id : null;
      }),
    ]);
    await kill.over();
    expect(revocations.acknowledged.length).toBeGreaterThanOrEqual(40);
    expect(revocations.unknown.length).toBeGreaterThan(0);
    await sleep(100);
    await installation.launch();
    const again = installation.sidecar();
    expect(await reasons(again, revocations.acknowledged)).toEqual(['token_revoked']);
    expect(await reasons(again, [kept])).toEqual(['valid']);
    const jtis = revocations.acknowledged.map((one) => decodeJwt(one).jti ?? '');
    await expectExactlyOnce(installation, 'oauth.token.revoke', jtis);
    await expectExactlyOnce(installation, 'burst.event', events.acknowledged);
    await expectExactlyOnce(installation, 'project.create', projects.acknowledged);
    await expectEmptyOutbox(installation);
    const listed = await installation.backend<Page<Project>>('/v1/projects?limit=500', { token: kept });
    const ids = listed.body.items.map(({ id }) => id);
    expect(projects.acknowledged.filter((id) => !ids.includes(id))).toEqual([]);
    // The bootstrap did not run twice, and its secret is unchanged.
    expect(await installation.query('SELECT count(*)::int FROM tenants.tenants')).toEqual([{ count: 1 }]);
    expect(await installation.adminToken()).toBeDefined();
  });

  test('after a commit lets a retry with the same idempotency key get the original response', async () => {
    const app = await installation.register(await installation.adminToken());
    const token = await installation.token(app.client_id, app.client_secret);
    const key = 'ONCE';
    const call: Call = { token, json: { key, name: key }, headers: { 'idempotency-key': `make-${key}` } };
    const create = () => installation.backend<Project>('/v1/projects', call);
    const stored = () => installation.query<{ id: string }>('SELECT id FROM projects.projects WHERE key = $1', [key]);
    let isOver = false;
    const first = create()
      .catch(() => null)
      .finally(() => (isOver = true));
    let [made] = await stored();
    while (made === undefined && !isOver) [made] = await stored();
    made ??= (await stored())[0];
    if (made === undefined) throw new Error(`There is no project: ${(await first)?.text ?? 'no response'}`);
    await installation.killHard();
    // With or without a response, depending on the moment.
    const answered = await first;
    await installation.launch();
    const again = await create();
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
    expect(again.body.id).toBe(made.id);
    if (answered !== null) expect(again.text).toBe(answered.text);
    expect(await stored()).toEqual([made]);
    await expectExactlyOnce(installation, 'project.create', [made.id]);
  });
});
