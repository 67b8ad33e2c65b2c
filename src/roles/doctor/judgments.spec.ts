import { REPLACED_MIGRATIONS } from '../../kernel/database/replaced-migrations';
import { compareSchema } from '../../kernel/database/schema';
import type { PlannedKey, PlanTimes } from '../../modules/keys/domain/key-plan';
import { judgePartitions } from './checks/audit.check';
import { judgeAge, judgeHorizon } from './checks/change-feed.check';
import { judgeClock } from './checks/clock.check';
import { judgeStore } from './checks/database.check';
import { judgeSpace } from './checks/disk.check';
import { countOf, judgeSchema } from './checks/migrations.check';
import { judgeRefusal } from './checks/peers.check';
import { judgeKeys } from './checks/signing-keys.check';
import { judgeExpiry, judgeNames } from './checks/tls.check';
import type { Finding } from './finding';
import { explainConnection } from './store-state';

const DAY = 86_400_000;
const NOW = 1_000 * DAY;
const GIB = 1024 ** 3;
const statusOf = (findings: readonly Finding[], subject: string) =>
  findings.find((finding) => finding.subject === subject)?.status;

describe('the clock', () => {
  it.each([
    [40, 1, 'ok'],
    [-700, 1, 'warn'],
    [700, 400, 'ok'],
    [6_000, 1, 'fail'],
    [-6_000, 1, 'fail'],
    [6_000, 1_500, 'warn'],
  ])('%d ms apart, exact to %d ms, is %s', (aheadMs, exactToMs, status) => {
    expect(judgeClock({ aheadMs, exactToMs }).status).toBe(status);
  });

  it('says which clock is ahead', () => {
    expect(judgeClock({ aheadMs: 6_000, exactToMs: 1 }).detail).toContain('this machine is 6.0 s behind the database');
    expect(judgeClock({ aheadMs: -900, exactToMs: 1 }).detail).toContain('900 ms ahead of the database');
  });
});

describe('the database', () => {
  const facts = {
    version: '18.4',
    majorVersion: 18,
    role: 'coresdk_app',
    isReplica: false,
    connections: { used: 10, most: 100 },
    clock: { aheadMs: 0, exactToMs: 1 },
    hasSchema: true,
  };

  it('passes if everything is in order', () => {
    expect(judgeStore('here', facts).map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
  });

  it('is reported as too old, as a replica, or as nearly full', () => {
    expect(statusOf(judgeStore('here', { ...facts, majorVersion: 14 }), 'version')).toBe('fail');
    expect(statusOf(judgeStore('here', { ...facts, isReplica: true }), 'primary')).toBe('fail');
    expect(statusOf(judgeStore('here', { ...facts, connections: { used: 90, most: 100 } }), 'connections')).toBe(
      'warn',
    );
  });

  it.each([
    ['ECONNREFUSED', 'nothing listens there'],
    ['28P01', 'it refuses the password'],
    ['3D000', 'the database does not exist'],
    ['53300', 'all its connections are in use'],
  ])('is unreachable for %s: %s', (code, why) => {
    const error = Object.assign(new Error('postgres://a:secret@b'), { code });
    expect(explainConnection(error)).toMatchObject({ why });
    expect(explainConnection(new Error('translated', { cause: error }))).toMatchObject({ why });
  });
});

describe('the schema', () => {
  const own = ['A1', 'B2', 'C3'].map((name) => ({ [name]: class {} })[name] as never);

  it('matches this build, lacks migrations, or has additional migrations', () => {
    const before = REPLACED_MIGRATIONS;
    const whole = { pending: [], unknown: [], tooOld: [] };
    expect(compareSchema([...before, 'A1', 'B2', 'C3'], own)).toEqual(whole);
    expect(compareSchema([...before, 'A1', 'X9'], own)).toEqual({ ...whole, pending: ['B2', 'C3'], unknown: ['X9'] });
  });

  it('is too old if a migration from before the baselines is missing, whatever else is pending', () => {
    const difference = compareSchema(REPLACED_MIGRATIONS.slice(0, -1), own);
    const remedy = expect.stringMatching(/^Upgrade to release \d+\.\d+\.\d+ first/);
    expect(judgeSchema(difference, 84, 'Start it.')).toMatchObject([{ status: 'fail', subject: 'too old', remedy }]);
  });

  it('counts migrations as a start does, without those that a baseline replaced', () => {
    expect(countOf([...REPLACED_MIGRATIONS, 'FlagsBaseline1790000000000', 'AddColor1790000000001'])).toBe(2);
  });

  it('names the first three pending migrations', () => {
    const [finding] = judgeSchema({ pending: ['A', 'B', 'C', 'D', 'E'], unknown: [], tooOld: [] }, 0, 'Start it.');
    expect(finding).toMatchObject({ status: 'fail', detail: '5 pending: A, B, C and 2 more', remedy: 'Start it.' });
  });
});

describe('the signing keys', () => {
  const times: PlanTimes = { jwksLifeMs: 300_000, unawareMs: 10_000, tokenLifeMs: DAY, rotationMs: 90 * DAY };
  const key = (members: Partial<PlannedKey> & Pick<PlannedKey, 'kid' | 'status'>): PlannedKey => ({
    createdAtMs: NOW - 10 * DAY,
    publishedAtMs: NOW - 10 * DAY,
    signsFromMs: NOW - 10 * DAY,
    activatedAtMs: null,
    retiredAtMs: null,
    publishUntilMs: null,
    ...members,
  });
  const active = key({ kid: 'a', status: 'active', activatedAtMs: NOW - 3 * DAY });
  const next = key({ kid: 'n', status: 'next' });

  it('are in order, with the age of the active key and the date of the next key', () => {
    const found = judgeKeys([active, next], times, NOW);
    expect(found).toMatchObject([
      { status: 'ok', detail: 'a has signed for 3 days, rotates in 87 days' },
      { status: 'ok', detail: 'n is published' },
    ]);
  });

  it('fail without an active key, and warn without a published next key', () => {
    expect(statusOf(judgeKeys([next], times, NOW), 'signing key')).toBe('fail');
    expect(statusOf(judgeKeys([active], times, NOW), 'next key')).toBe('warn');
    const unpublished = { ...next, publishedAtMs: null, signsFromMs: null };
    expect(statusOf(judgeKeys([active, unpublished], times, NOW), 'next key')).toBe('warn');
    expect(statusOf(judgeKeys([active, { ...unpublished, createdAtMs: NOW }], times, NOW), 'next key')).toBe('ok');
  });

  it('warn about a late rotation and a late removal', () => {
    const old = { ...active, activatedAtMs: NOW - 95 * DAY };
    expect(judgeKeys([old, next], times, NOW)).toContainEqual(
      expect.objectContaining({ status: 'warn', detail: 'a has signed for 95 days; its rotation is 5 days late' }),
    );
    const retired = key({ kid: 'r', status: 'retired', retiredAtMs: 0, publishUntilMs: NOW - DAY });
    expect(statusOf(judgeKeys([active, next, retired], times, NOW), 'retired keys')).toBe('warn');
  });
});

describe('certificates', () => {
  it.each([
    [-1, 'fail'],
    [13 * DAY, 'warn'],
    [15 * DAY, 'ok'],
  ])('with %d ms left are %s', (leftMs, status) => {
    expect(judgeExpiry('expiry', new Date(NOW + leftMs), NOW).status).toBe(status);
  });

  it.each([
    ['sidecar.internal:50051', 'ok'],
    ['other.internal:50051', 'warn'],
    ['0.0.0.0:50051', 'ok'],
    ['unix:/run/sidecar.sock', 'ok'],
    [null, 'ok'],
  ])('for one name, at %s, are %s', (address, status) => {
    const leaf = {
      subjectAltName: 'DNS:sidecar.internal',
      checkHost: (host: string) => (host === 'sidecar.internal' ? host : undefined),
      checkIP: () => undefined,
    };
    expect(judgeNames(leaf, address).status).toBe(status);
  });
});

describe('the change feed', () => {
  it('warns about a transaction that writes for more than a minute, and about prepared transactions', () => {
    expect(judgeHorizon({ oldestSeconds: null, prepared: 0 }).status).toBe('ok');
    expect(judgeHorizon({ oldestSeconds: 2, prepared: 0 }).status).toBe('ok');
    expect(judgeHorizon({ oldestSeconds: 61, prepared: 0 }).status).toBe('warn');
    expect(judgeHorizon({ oldestSeconds: null, prepared: 1 }).status).toBe('warn');
  });

  it.each([
    [1, ['ok']],
    [6, ['warn']],
    [11, ['fail']],
    [null, []],
  ])('that is %s s old results in %j', (feedAgeSeconds, statuses) => {
    const running = { ready: true, missing: [], notes: [], feedAgeSeconds };
    expect(judgeAge(running, 10_000).map(({ status }) => status)).toEqual(statuses);
  });
});

it('the audit log warns when next month has no partition', () => {
  expect([0, 1, 2, 3].map((months) => judgePartitions(months).status)).toEqual(['warn', 'warn', 'ok', 'ok']);
});

it('the disk warns below a gigabyte, and fails where a checkpoint might not fit', () => {
  expect(judgeSpace('/d', 2 * GIB, 9 * GIB).status).toBe('ok');
  expect(judgeSpace('/d', GIB / 2, 9 * GIB)).toMatchObject({
    status: 'warn',
    detail: '512 MiB of 9.0 GiB free for /d',
  });
  expect(judgeSpace('/d', GIB / 20, 9 * GIB).status).toBe('fail');
});

it('distinguishes sidecars that reject the caller, are down, or cannot write the audit log', () => {
  expect(judgeRefusal('a:1', { code: 16, details: '' }).detail).toBe('a:1 refuses the credentials of this role');
  expect(judgeRefusal('a:1', { code: 14, details: 'No connection' }).detail).toBe(
    'a:1 does not respond (No connection)',
  );
  expect(judgeRefusal('a:1', { code: 4, details: '' }).detail).toBe('a:1 does not respond in time');
  expect(judgeRefusal('a:1', null).detail).toBe('a:1 cannot write the audit log now');
});
