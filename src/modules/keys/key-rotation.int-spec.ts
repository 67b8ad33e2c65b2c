import { setTimeout as sleep } from 'node:timers/promises';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { eventually } from '../../../test/support/eventually';
import { openAllCore, openSidecarCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { verdictOn } from '../../../test/support/token-verdict';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { newId } from '../../kernel/ids/ids';
import { KeyRotationPort } from './contract/key-rotation.port';
import { KeysPort } from './contract/keys.port';
import { SignerPort } from './contract/signer.port';
import { KeyRotationService } from './key-rotation.service';

/** The shortest possible lifetimes, so that a whole plan fits in a test. */
const ENVIRONMENT = { JWKS_MAX_AGE_SECONDS: '1', CHANGE_FEED_MAX_AGE_MS: '2000' };

let database: TestDatabase;
let one: TestCore;
let other: TestCore;
let sidecar: TestCore;
let a: TestTenant;
let b: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  [one, other] = await Promise.all([openAllCore(database, ENVIRONMENT), openAllCore(database, ENVIRONMENT)]);
  sidecar = await openSidecarCore(database, ENVIRONMENT);
  [a, b] = [await makeTenant(one, 'a'), await makeTenant(one, 'b')];
});

afterAll(async () => {
  for (const core of [one, other, sidecar]) await core.close();
  await database.drop();
});

const system = () => systemContext(newId('req'));
const rotate = (core: TestCore, emergency = false) => core.context.get(KeyRotationPort).rotate(system(), { emergency });
const listed = async () => (await one.context.get(KeyRotationPort).list(system())).items;
const kidOf = (token: string): string => decodeProtectedHeader(token).kid ?? '';
const sign = (core: TestCore): string => core.context.get(SignerPort).signJwt('at+jwt', {});
const published = (core: TestCore): string[] =>
  (JSON.parse(core.context.get(KeysPort).jwksJson()) as JSONWebKeySet).keys.map(({ kid }) => kid ?? '');

/** Returns a token, or `null` if the process refuses to sign because a busy machine kept it from reading its keys in time. */
function signUnlessStale(core: TestCore): string | null {
  try {
    return sign(core);
  } catch (error) {
    if (error instanceof AppError && error.code === 'unavailable') return null;
    throw error;
  }
}

/** Simulates the passing of time by moving all times that the plan uses into the past. */
async function pass(interval: string): Promise<void> {
  await queryAs(
    database.adminUrl,
    `UPDATE keys.signing_keys SET created_at = created_at - $1::interval, published_at = published_at - $1::interval,
       signs_from = signs_from - $1::interval, activated_at = activated_at - $1::interval,
       retired_at = retired_at - $1::interval, publish_until = publish_until - $1::interval`,
    [interval],
  );
}

const rotations = () =>
  queryAs<{ resource_id: string; actor_id: string; metadata: Record<string, unknown> }>(
    database.adminUrl,
    `SELECT resource_id, actor_id, metadata FROM audit.events WHERE action = 'key.rotate' ORDER BY ts, id`,
  );

/** A verifier that keeps a JWK Set for as long as allowed, and never fetches it sooner, even for an unknown `kid`. */
class CachingVerifier {
  private keys: ReturnType<typeof createLocalJWKSet> | null = null;
  private until = 0;
  fetches = 0;

  constructor(private readonly core: TestCore) {}

  async verify(token: string): Promise<void> {
    const now = performance.now();
    if (!this.keys || now >= this.until) {
      const { text, maxAgeSeconds } = this.core.context.get(KeysPort).jwks();
      this.keys = createLocalJWKSet(JSON.parse(text) as JSONWebKeySet);
      this.until = now + maxAgeSeconds * 1000;
      this.fetches++;
    }
    await jwtVerify(token, this.keys);
  }
}

describe('the initial keys', () => {
  it('are one active and one next key, created once regardless of the number of processes', async () => {
    expect((await listed()).map(({ status }) => status).sort()).toEqual(['active', 'next']);
    for (const key of await listed()) expect(key).toMatchObject({ publishedAt: expect.any(String), retiredAt: null });
  });

  it('are listed without their private parts', async () => {
    const text = JSON.stringify(await listed());
    expect(text).not.toMatch(/sealed|private|"(d|p|q)"/);
  });
});

describe('a rotation', () => {
  it('is refused with Retry-After until the next key has been published for the lifetime of the JWK Set', async () => {
    await pass('1 minute');
    const before = await listed();
    const { kid, nextKid } = await rotate(one);
    expect(before.find(({ status }) => status === 'next')?.kid).toBe(kid);
    const refused = await rotate(other).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'conflict', headers: { 'Retry-After': expect.stringMatching(/^[123]$/) } });
    expect((refused as Error).message).toContain(nextKid);
    await sleep(3_100);
    expect((await rotate(other)).kid).toBe(nextKid);
  });

  it('runs once when requested concurrently', async () => {
    await pass('1 minute');
    const results = await Promise.allSettled([one, other, one, other].map((core) => rotate(core)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await listed()).filter(({ status }) => status === 'next')).toHaveLength(1);
  });

  it('keeps earlier tokens valid, for both tenants, in every process', async () => {
    await pass('1 minute');
    const tokens = [await a.issueToken(), await b.issueToken()];
    const { kid } = await rotate(one);
    expect(kidOf(await a.issueToken())).toBe(kid);
    for (const core of [one, other, sidecar]) {
      for (const token of tokens) {
        expect(kidOf(token)).not.toBe(kid);
        expect(await verdictOn(core, token)).toMatchObject({ valid: true });
      }
    }
  });

  it('does not make any validation fail under load, with verifiers that cache by max-age', async () => {
    const began = performance.now();
    const verifiers = [new CachingVerifier(other), new CachingVerifier(sidecar)];
    const kids = new Set<string>();
    const failures: unknown[] = [];
    let validations = 0;
    let stop = false;
    const load = async (signer: TestCore): Promise<void> => {
      while (!stop) {
        const token = signUnlessStale(signer);
        await sleep(10);
        if (token === null) continue;
        kids.add(kidOf(token));
        for (const verifier of verifiers) {
          validations++;
          await verifier.verify(token).catch((error: unknown) => failures.push([kidOf(token), error]));
        }
      }
    };
    const issue = async (): Promise<void> => {
      while (!stop) {
        const token = await a.issueToken();
        for (const judge of [other, sidecar]) {
          validations++;
          const verdict = await verdictOn(judge, token);
          if (!verdict.valid && verdict.refusal !== 'unavailable') failures.push([kidOf(token), verdict.refusal]);
        }
        await sleep(25);
      }
    };
    const running = Promise.all([load(one), load(other), issue()]);
    // Rotates as soon as each rotation is permitted.
    for (let rotated = 0; rotated < 4;) {
      const done = await rotate(rotated % 2 === 0 ? one : other).catch(() => null);
      if (done) rotated++;
      else await sleep(20);
    }
    await sleep(1_500);
    stop = true;
    await running;
    expect(failures.slice(0, 3)).toEqual([]);
    expect(kids.size).toBeGreaterThanOrEqual(5);
    expect(validations).toBeGreaterThan(100);
    // The cache worked: about one fetch per second, not one per token.
    for (const { fetches } of verifiers) expect(fetches).toBeLessThanOrEqual((performance.now() - began) / 1_000 + 1);
  });
});

describe('the key plan', () => {
  const kept = (core: TestCore): Promise<void> => core.context.get(KeyRotationService).keepPlan();

  it('rotates once, automatically, when the active key reaches its maximum age, and records the rotation', async () => {
    await pass('100 days');
    const before = await rotations();
    const next = (await listed()).find(({ status }) => status === 'next');
    await Promise.all([kept(one), kept(other)]);
    await eventually(() => expect(kidOf(sign(other))).toBe(next?.kid));
    await eventually(async () => expect(await rotations()).toHaveLength(before.length + 1));
    expect((await rotations()).at(-1)).toMatchObject({
      resource_id: next?.kid,
      actor_id: 'system',
      metadata: { automatic: true, emergency: false },
    });
  });

  it('is executed by the timer of any process', async () => {
    await pass('100 days');
    const next = (await listed()).find(({ status }) => status === 'next');
    await eventually(() => expect(kidOf(sign(one))).toBe(next?.kid));
  });

  it('resumes after a process was killed between two steps', async () => {
    // The process rotated the keys and was killed before the new next key got its publication time.
    await queryAs(
      database.adminUrl,
      `UPDATE keys.signing_keys SET published_at = NULL, signs_from = NULL WHERE status = 'next'`,
    );
    await kept(other);
    const next = (await listed()).find(({ status }) => status === 'next');
    expect(Date.parse(next?.signsFrom ?? '') - Date.parse(next?.publishedAt ?? '')).toBe(3_000);
    // The process was killed before it had created a next key.
    await queryAs(database.adminUrl, `DELETE FROM keys.signing_keys WHERE status = 'next'`);
    await kept(one);
    expect((await listed()).filter(({ status }) => status === 'next')).toMatchObject([
      { publishedAt: expect.any(String) },
    ]);
  });

  it('keeps a retired key published while its tokens are valid, and then removes it everywhere', async () => {
    await pass('1 minute');
    const { kid } = await rotate(one);
    await pass('1 minute');
    await rotate(one);
    await pass('24 hours');
    await kept(one);
    expect(published(one)).toContain(kid);
    await pass('10 seconds');
    await kept(one);
    await eventually(() => {
      for (const core of [one, other, sidecar]) expect(published(core)).not.toContain(kid);
    });
  });
});

describe('an emergency rotation', () => {
  it('invalidates all earlier tokens in every process, and signs with an entirely new key', async () => {
    await pass('1 minute');
    const oldest = await a.issueToken();
    await rotate(one);
    const tokens = [oldest, await a.issueToken(), await b.issueToken()];
    for (const core of [one, other, sidecar]) {
      for (const token of tokens) expect(await verdictOn(core, token)).toMatchObject({ valid: true });
    }
    const before = (await listed()).map(({ kid }) => kid);
    const done = await rotate(one, true);
    expect(done).toMatchObject({ emergency: true, removedKids: [...before].sort() });
    expect(done.notice).toMatch(/All tokens issued so far are now invalid/);
    expect(before).not.toContain(done.kid);
    expect(before).not.toContain(done.nextKid);
    await eventually(async () => {
      for (const core of [one, other, sidecar]) {
        expect(published(core).sort()).toEqual([done.kid, done.nextKid].sort());
        for (const token of tokens) {
          const verdict = await verdictOn(core, token);
          expect(verdict).toEqual({ valid: false, refusal: 'token_signature_invalid' });
        }
      }
      expect(kidOf(sign(other))).toBe(done.kid);
    });
    const fresh = await a.issueToken();
    for (const core of [one, other, sidecar]) expect(await verdictOn(core, fresh)).toMatchObject({ valid: true });
    await eventually(async () =>
      expect((await rotations()).at(-1)).toMatchObject({
        resource_id: done.kid,
        metadata: { automatic: false, emergency: true, removedKids: [...before].sort(), nextKid: done.nextKid },
      }),
    );
    // The private parts of removed keys are deleted.
    expect(await queryAs(database.adminUrl, 'SELECT kid FROM keys.signing_keys ORDER BY 1')).toEqual(
      [{ kid: done.kid }, { kid: done.nextKid }].sort((x, y) => (x.kid < y.kid ? -1 : 1)),
    );
  });

  it('does not require a next key, and can be repeated immediately', async () => {
    const first = await rotate(other, true);
    const second = await rotate(one, true);
    expect(second.removedKids).toEqual([first.kid, first.nextKid].sort());
    await expect(rotate(one)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('the JWK Set', () => {
  it('has the same strong entity tag in every process, and a new one after every rotation', async () => {
    const tag = (core: TestCore): string => core.context.get(KeysPort).jwks().etag;
    await eventually(() => expect(new Set([one, other, sidecar].map(tag)).size).toBe(1));
    const before = tag(one);
    expect(before).toMatch(/^"[\w-]{43}"$/);
    await pass('1 minute');
    await rotate(one);
    expect(tag(one)).not.toBe(before);
  });
});
