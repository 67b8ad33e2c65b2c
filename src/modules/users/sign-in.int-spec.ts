import { hash } from '@node-rs/argon2';
import { makeUser, moveClock, newEmail, newOrigin, PASSWORD, recordedOf } from '../../../test/support/accounts';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { newId } from '../../kernel/ids/ids';
import { TenantsPort } from '../tenants/contract/tenants.port';
import { SessionsPort } from './contract/sessions.port';
import { SignInPort } from './contract/sign-in.port';
import { UsersPort } from './contract/users.port';
import type { SignInOrigin, SignInOutcome } from './contract/users.types';
import { PasswordHasher } from './passwords/password-hasher';

const MINUTE = 60_000;
const REFUSED = { outcome: 'refused' };

let database: TestDatabase;
let core: TestCore;
let other: TestCore;
let a: TestTenant;
let b: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  other = await openAllCore(database);
  [a, b] = [await makeTenant(core, 'a'), await makeTenant(core, 'b')];
});

afterEach(() => {
  moveClock(core, 0);
});

afterAll(async () => {
  await core.close();
  await other.close();
  await database.drop();
});

/** The origin of sign-ins: one IP address for each email address. */
const homes = new Map<string, string>();
function at(email: string): SignInOrigin {
  const origin = newOrigin();
  const ip = homes.get(email) ?? origin.ip;
  homes.set(email, ip);
  return { ...origin, ip };
}

const signIn = (
  tenant: string,
  email: string,
  password: string,
  origin = at(email),
  from: TestCore = core,
): Promise<SignInOutcome> => from.context.get(SignInPort).withPassword(tenant, email, password, origin);

async function failTimes(times: number, email: string, tenant: string = a.id): Promise<void> {
  for (let i = 0; i < times; i++) expect(await signIn(tenant, email, 'wrong password')).toEqual(REFUSED);
}

/** Counts the hashes that a step computes. */
async function hashesOf(step: () => Promise<unknown>): Promise<number> {
  const matches = jest.spyOn(core.context.get(PasswordHasher, { strict: false }), 'matches');
  const compute = jest.spyOn(core.context.get(PasswordHasher, { strict: false }), 'compute');
  const before = matches.mock.calls.length + compute.mock.calls.length;
  await step();
  const count = matches.mock.calls.length + compute.mock.calls.length - before;
  matches.mockRestore();
  compute.mockRestore();
  return count;
}

describe('signing in with a password', () => {
  it('finds the user by any spelling of the address, and records the sign-in', async () => {
    const email = newEmail();
    const user = await makeUser(core, a.id, { email });
    const origin = newOrigin();
    expect(await signIn(a.id, ` ${email.toUpperCase()} `, PASSWORD, origin)).toEqual({
      ...{ outcome: 'signed_in', user, amr: ['pwd'] },
    });
    expect(await recordedOf(database, origin.requestId)).toMatchObject([
      {
        action: 'user.sign_in',
        outcome: 'success',
        reason: '',
        resource_id: user.id,
        actor_id: user.id,
        tenant_id: a.id,
      },
    ]);
  });

  it('separates accounts with the same address in two tenants', async () => {
    const email = newEmail();
    const [inA, inB] = [
      await makeUser(core, a.id, { email }),
      await makeUser(core, b.id, { email, password: 'another password of ours' }),
    ];
    expect(inA.id).not.toBe(inB.id);
    expect(await signIn(a.id, email, PASSWORD)).toMatchObject({ user: { id: inA.id, tenantId: a.id } });
    expect(await signIn(b.id, email, 'another password of ours')).toMatchObject({ user: { id: inB.id } });
    expect(await signIn(b.id, email, PASSWORD)).toEqual(REFUSED);
  });

  it('accepts a password in any Unicode normalization form', async () => {
    const user = await makeUser(core, a.id, { password: 'cafe\u0301 passwords' });
    expect(await signIn(a.id, user.email, 'caf\u00e9 passwords')).toMatchObject({ outcome: 'signed_in' });
  });

  it('returns the same response after the same number of hashes for every failure, and records the cause', async () => {
    const known = await makeUser(core, a.id);
    const invited = await makeUser(core, a.id, { password: null });
    const suspended = await makeUser(core, a.id);
    await core.context.get(UsersPort).setStatus(systemContext(newId('req'), a.id), suspended.id, 'suspended');
    const cases = [
      [a.id, newEmail('nobody'), PASSWORD, 'unknown_address', ''],
      [a.id, known.email, 'wrong password', 'wrong_password', known.id],
      [a.id, invited.email, PASSWORD, 'no_password', invited.id],
      [a.id, suspended.email, PASSWORD, 'user_not_active', suspended.id],
      [b.id, known.email, PASSWORD, 'unknown_address', ''],
      [newId('tnt'), known.email, PASSWORD, 'unknown_address', ''],
      ['no-such-tenant', known.email, PASSWORD, 'unknown_address', ''],
    ] as const;
    for (const [tenant, email, password, reason, resourceId] of cases) {
      const origin = newOrigin();
      const hashes = await hashesOf(async () => {
        expect(await signIn(tenant, email, password, origin)).toEqual(REFUSED);
      });
      expect([reason, hashes]).toEqual([reason, 1]);
      expect(await recordedOf(database, origin.requestId)).toMatchObject([
        { action: 'user.sign_in', outcome: 'denied', reason, resource_id: resourceId },
      ]);
    }
  });

  it('refuses all users of a suspended tenant', async () => {
    const tenant = await makeTenant(core, 'c');
    const user = await makeUser(core, tenant.id);
    await core.context.get(TenantsPort).setStatus(systemContext(newId('req')), tenant.id, 'suspended');
    expect(await signIn(tenant.id, user.email, PASSWORD)).toEqual(REFUSED);
  });

  it('rehashes a password whose hash has outdated parameters', async () => {
    const user = await makeUser(core, a.id);
    const read = async (): Promise<string> => {
      const sql = 'SELECT password_hash FROM users.users WHERE id = $1';
      return (await queryAs<{ password_hash: string }>(database.adminUrl, sql, [user.id]))[0]?.password_hash ?? '';
    };
    const outdated = await hash(PASSWORD, { memoryCost: 4096, timeCost: 1, parallelism: 1 });
    await queryAs(database.adminUrl, 'UPDATE users.users SET password_hash = $1 WHERE id = $2', [outdated, user.id]);
    expect(await signIn(a.id, user.email, 'wrong password')).toEqual(REFUSED);
    expect(await read()).toBe(outdated);
    expect(await signIn(a.id, user.email, PASSWORD)).toMatchObject({ outcome: 'signed_in' });
    expect(await read()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await signIn(a.id, user.email, PASSWORD)).toMatchObject({ outcome: 'signed_in' });
  });
});

describe('repeated failures', () => {
  it('throttle an account at an address after the fifth failure, for longer each time, even with the right password', async () => {
    const { email } = await makeUser(core, a.id);
    await failTimes(5, email);
    const origin = at(email);
    const hashes = await hashesOf(async () => {
      expect(await signIn(a.id, email, PASSWORD, origin)).toEqual({ outcome: 'throttled', retryAfterSeconds: 5 });
    });
    expect(hashes).toBe(0);
    expect(await recordedOf(database, origin.requestId)).toMatchObject([
      { action: 'user.sign_in', outcome: 'denied', reason: 'throttled', tenant_id: a.id },
    ]);
    let laterMs = 0;
    for (const [waited, next] of [
      [5, 10],
      [10, 20],
      [20, 40],
    ] as const) {
      laterMs += waited * 1000 + 500;
      moveClock(core, laterMs);
      await failTimes(1, email);
      expect(await signIn(a.id, email, PASSWORD)).toEqual({ outcome: 'throttled', retryAfterSeconds: next });
    }
  });

  it('never throttle for longer than 15 minutes', async () => {
    const { email } = await makeUser(core, a.id);
    await failTimes(5, email);
    let laterMs = 0;
    let longest = 0;
    for (let i = 0; i < 10; i++) {
      const outcome = await signIn(a.id, email, 'wrong password');
      if (outcome.outcome !== 'throttled') throw new Error('not throttled');
      longest = Math.max(longest, outcome.retryAfterSeconds);
      laterMs += outcome.retryAfterSeconds * 1000 + 100;
      moveClock(core, laterMs);
      await failTimes(1, email);
    }
    expect(longest).toBe(900);
  });

  it('have the same effect even if the account does not exist', async () => {
    const nobody = newEmail('nobody');
    await failTimes(5, nobody);
    expect(await signIn(a.id, nobody, PASSWORD)).toEqual({ outcome: 'throttled', retryAfterSeconds: 5 });
  });

  it('count only toward the account in their tenant', async () => {
    const email = newEmail();
    await makeUser(core, a.id, { email });
    await makeUser(core, b.id, { email });
    await failTimes(5, email, a.id);
    expect(await signIn(a.id, email, PASSWORD)).toMatchObject({ outcome: 'throttled' });
    expect(await signIn(b.id, email, PASSWORD)).toMatchObject({ outcome: 'signed_in' });
  });

  it('are forgotten after a success, and after 15 minutes', async () => {
    const { email } = await makeUser(core, a.id);
    await failTimes(4, email);
    expect(await signIn(a.id, email, PASSWORD)).toMatchObject({ outcome: 'signed_in' });
    await failTimes(4, email);
    moveClock(core, 15 * MINUTE + 1_000);
    await failTimes(4, email);
    expect(await signIn(a.id, email, PASSWORD)).toMatchObject({ outcome: 'signed_in' });
  });

  it('count across processes', async () => {
    const { email } = await makeUser(core, a.id);
    await failTimes(3, email);
    for (let i = 0; i < 2; i++) expect(await signIn(a.id, email, 'wrong password', at(email), other)).toEqual(REFUSED);
    expect(await signIn(a.id, email, PASSWORD, at(email), other)).toMatchObject({ outcome: 'throttled' });
    expect(await signIn(a.id, email, PASSWORD)).toMatchObject({ outcome: 'throttled' });
  });

  it('allow at most five of twenty concurrent attempts in two processes', async () => {
    const { email } = await makeUser(core, a.id);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => signIn(a.id, email, 'wrong password', at(email), i % 2 ? core : other)),
    );
    expect(outcomes.filter(({ outcome }) => outcome === 'refused')).toHaveLength(5);
    expect(outcomes.filter(({ outcome }) => outcome === 'throttled')).toHaveLength(15);
  });

  it('from one address throttle that address after twenty failures, regardless of the accounts', async () => {
    const origin = newOrigin();
    for (let i = 0; i < 20; i++)
      expect(await signIn(a.id, newEmail('nobody'), 'wrong password', origin)).toEqual(REFUSED);
    const user = await makeUser(core, b.id);
    expect(await signIn(b.id, user.email, PASSWORD, origin)).toMatchObject({ outcome: 'throttled' });
    expect(await signIn(b.id, user.email, PASSWORD)).toMatchObject({ outcome: 'signed_in' });
  });

  it('from one address are limited to twenty, even when concurrent', async () => {
    const origin = newOrigin();
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        signIn(a.id, newEmail('nobody'), 'wrong password', origin, i % 2 ? core : other),
      ),
    );
    expect(outcomes.filter(({ outcome }) => outcome === 'refused')).toHaveLength(20);
  });

  it('from one address are counted without the successful sign-ins', async () => {
    const origin = newOrigin();
    const user = await makeUser(core, a.id);
    for (let i = 0; i < 25; i++) {
      expect(await signIn(a.id, user.email, PASSWORD, origin)).toMatchObject({ outcome: 'signed_in' });
    }
  });

  it('do not include attempts that were refused because the queue was full', async () => {
    const { email } = await makeUser(core, a.id);
    const hasher = core.context.get(PasswordHasher, { strict: false });
    const full = jest.spyOn(hasher, 'inTurn').mockRejectedValue(new AppError('unavailable', 'Too many.'));
    for (let i = 0; i < 10; i++)
      await expect(signIn(a.id, email, 'wrong')).rejects.toMatchObject({ code: 'unavailable' });
    full.mockRestore();
    await failTimes(4, email);
    expect(await signIn(a.id, email, PASSWORD)).toMatchObject({ outcome: 'signed_in' });
  });

  it('sent concurrently fill the queue, and later attempts are refused', async () => {
    const flood = Array.from({ length: 100 }, () =>
      signIn(a.id, newEmail('flood'), 'wrong password').then(
        ({ outcome }) => outcome,
        (error: unknown) => (error instanceof AppError ? error.code : 'broken'),
      ),
    );
    const outcomes = await Promise.all(flood);
    expect(new Set(outcomes)).toEqual(new Set(['refused', 'unavailable']));
    expect(outcomes.filter((outcome) => outcome === 'refused').length).toBeGreaterThanOrEqual(66);
  });
});

describe('failed sign-ins from other addresses', () => {
  /** Fails to sign in, changing to a new address every fifth time, as a program with many addresses would. */
  async function failEverywhere(times: number, email: string): Promise<void> {
    let origin = newOrigin();
    for (let i = 0; i < times; i++) {
      if (i % 4 === 0) origin = newOrigin();
      expect(await signIn(a.id, email, 'wrong password', origin)).toEqual(REFUSED);
    }
  }
  const deviceOf = async (outcome: SignInOutcome): Promise<string> => {
    if (outcome.outcome !== 'signed_in') throw new Error(outcome.outcome);
    const { device } = await core.context.get(SessionsPort).start(outcome.user, outcome.amr, newOrigin());
    return device;
  };

  it('do not throttle the account at a new address', async () => {
    const { email } = await makeUser(core, a.id);
    const elsewhere = newOrigin();
    for (let i = 0; i < 5; i++) await signIn(a.id, email, 'wrong password', elsewhere);
    expect(await signIn(a.id, email, PASSWORD, elsewhere)).toMatchObject({ outcome: 'throttled' });
    expect(await signIn(a.id, email, PASSWORD)).toMatchObject({ outcome: 'signed_in' });
  });

  it('throttle an account everywhere after a hundred failures, except on a device that signed in before', async () => {
    const { email } = await makeUser(core, a.id);
    const stranger = await makeUser(core, a.id);
    const own = await deviceOf(await signIn(a.id, email, PASSWORD));
    const others = await deviceOf(await signIn(a.id, stranger.email, PASSWORD));
    await failEverywhere(100, email);
    expect(await signIn(a.id, email, PASSWORD, newOrigin())).toEqual({ outcome: 'throttled', retryAfterSeconds: 5 });
    expect(await signIn(a.id, email, PASSWORD, { ...newOrigin(), device: others })).toMatchObject({
      outcome: 'throttled',
    });
    const onDevice = { ...newOrigin(), device: own };
    expect(await signIn(a.id, email, 'wrong password', onDevice)).toEqual(REFUSED);
    expect(await signIn(a.id, email, PASSWORD, onDevice)).toMatchObject({ outcome: 'signed_in' });
    // The device can also sign in without a tenant, and from an address that is over its own limit.
    const anywhere = await core.context.get(SignInPort).anywhere(email, PASSWORD, onDevice);
    expect(anywhere).toMatchObject({ outcome: 'signed_in', user: { email } });
    // For other devices, the account is still throttled.
    expect(await signIn(a.id, email, PASSWORD, newOrigin())).toMatchObject({ outcome: 'throttled' });
  });

  it('are limited to five per known device, and do not throttle other addresses', async () => {
    const { email } = await makeUser(core, a.id);
    const device = await deviceOf(await signIn(a.id, email, PASSWORD));
    for (let i = 0; i < 5; i++) {
      expect(await signIn(a.id, email, 'wrong password', { ...newOrigin(), device })).toEqual(REFUSED);
    }
    expect(await signIn(a.id, email, PASSWORD, { ...newOrigin(), device })).toMatchObject({ outcome: 'throttled' });
    expect(await signIn(a.id, email, PASSWORD, newOrigin())).toMatchObject({ outcome: 'signed_in' });
  });
});

describe('signing in without a tenant', () => {
  const anywhere = (email: string, password: string, origin = at(email)): Promise<SignInOutcome> =>
    core.context.get(SignInPort).anywhere(email, password, origin);

  it('finds the one account that matches', async () => {
    const email = newEmail();
    const inA = await makeUser(core, a.id, { email });
    const inB = await makeUser(core, b.id, { email, password: 'another password of ours' });
    expect(await anywhere(email, PASSWORD)).toMatchObject({ user: { id: inA.id } });
    expect(await anywhere(email, 'another password of ours')).toMatchObject({ user: { id: inB.id } });
  });

  it('refuses several matching accounts with the same response as for a wrong password', async () => {
    const email = newEmail();
    await makeUser(core, a.id, { email });
    await makeUser(core, b.id, { email });
    const origin = newOrigin();
    expect(await anywhere(email, PASSWORD, origin)).toEqual(REFUSED);
    expect(await recordedOf(database, origin.requestId)).toMatchObject([
      { outcome: 'denied', reason: 'several_accounts', tenant_id: 'system' },
    ]);
  });

  it('computes the same number of hashes for an address with zero to three accounts', async () => {
    const third = await makeTenant(core, 'd');
    const tenants = [a.id, b.id, third.id];
    for (const accounts of [0, 1, 2, 3]) {
      const email = newEmail();
      for (const tenant of tenants.slice(0, accounts)) await makeUser(core, tenant, { email });
      for (const password of [PASSWORD, 'wrong password']) {
        expect([accounts, await hashesOf(() => anywhere(email, password))]).toEqual([accounts, 2]);
      }
    }
  });

  it('throttles the accounts of the address in every tenant, even if they do not exist', async () => {
    const user = await makeUser(core, a.id);
    for (const email of [user.email, newEmail('nobody')]) {
      for (let i = 0; i < 5; i++) expect(await anywhere(email, 'wrong password')).toEqual(REFUSED);
      expect(await anywhere(email, PASSWORD)).toEqual({ outcome: 'throttled', retryAfterSeconds: 5 });
      expect(await signIn(a.id, email, PASSWORD)).toEqual({ outcome: 'throttled', retryAfterSeconds: 5 });
    }
  });

  it('does not bypass the throttling of an account in its tenant, or reveal it', async () => {
    const user = await makeUser(core, a.id);
    await failTimes(5, user.email);
    expect(await anywhere(user.email, PASSWORD)).toEqual(REFUSED);
  });

  it('does not reset failures when an account with the same address in a different tenant succeeds', async () => {
    const email = newEmail();
    await makeUser(core, a.id, { email });
    await makeUser(core, b.id, { email, password: 'the attacker’s own one' });
    for (let i = 0; i < 4; i++) {
      expect(await anywhere(email, 'a guess at the other')).toEqual(REFUSED);
      if (i < 3) expect(await anywhere(email, 'the attacker’s own one')).toMatchObject({ outcome: 'signed_in' });
    }
    expect(await anywhere(email, 'a guess at the other')).toEqual(REFUSED);
    expect(await anywhere(email, 'a guess at the other')).toMatchObject({ outcome: 'throttled' });
  });
});
