import { eventually } from '../../../test/support/eventually';
import {
  catchMail,
  makeUser,
  moveClock,
  newEmail,
  newOrigin,
  PASSWORD,
  recordedOf,
  tokenOf,
} from '../../../test/support/accounts';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { newUlid, newId } from '../../kernel/ids/ids';
import type { TokenFacts } from '../revocation/contract/revocation.types';
import { RevocationsPort } from '../revocation/contract/revocations.port';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { TenantsPort } from '../tenants/contract/tenants.port';
import { PasswordsPort } from './contract/passwords.port';
import { SessionsPort } from './contract/sessions.port';
import { SignInPort } from './contract/sign-in.port';
import { UsersPort } from './contract/users.port';
import type { AddressedUser } from './contract/users.types';
import { type Mail, Mailer } from './mail/mailer';
import { LinkMails } from './mail/link-mails';

const NEW_PASSWORD = 'a wholly new password';

let database: TestDatabase;
let core: TestCore;
let other: TestCore;
let mails: Mail[];
let a: TestTenant;
let b: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database, { PUBLIC_URL: 'https://id.example.com/' });
  other = await openAllCore(database);
  mails = catchMail(core);
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

const passwords = (from: TestCore = core): PasswordsPort => from.context.get(PasswordsPort);
const of = (tenant: TestTenant): CallContext => systemContext(newId('req'), tenant.id);
const signsIn = async (user: AddressedUser, password: string, origin = newOrigin()): Promise<boolean> => {
  const outcome = await core.context.get(SignInPort).withPassword(user.tenantId, user.email, password, origin);
  return outcome.outcome === 'signed_in';
};

/** Requests a link and returns the mails sent for it. */
async function request(tenantId: string, email: string, locale = 'en', origin = newOrigin()): Promise<readonly Mail[]> {
  const before = mails.length;
  await passwords().requestLink(tenantId, email, locale, origin);
  await core.context.get(LinkMails, { strict: false }).drain();
  return mails.slice(before);
}

const linkFor = async (user: AddressedUser): Promise<string> => tokenOf((await request(user.tenantId, user.email))[0]);

describe('a password link', () => {
  it('is mailed to the stored address in the user’s language, and recorded', async () => {
    const user = await makeUser(core, a.id);
    const origin = newOrigin();
    const [mail, ...more] = await request(a.id, ` ${user.email.toUpperCase()}`, 'de-CH', origin);
    expect(more).toEqual([]);
    expect(mail).toMatchObject({ to: user.email, subject: expect.stringContaining('Passwort') });
    expect(mail?.text).toContain(`https://id.example.com/oauth/password?token=${tokenOf(mail)}`);
    expect(await passwords().inspect(tokenOf(mail))).toEqual({
      tenantId: a.id,
      email: user.email,
      passwordMinLength: 12,
    });
    expect(await recordedOf(database, origin.requestId)).toMatchObject([
      { action: 'user.password.request', outcome: 'success', resource_id: user.id, tenant_id: a.id },
    ]);
  });

  it('is stored without its token', async () => {
    const token = await linkFor(await makeUser(core, a.id));
    const rows = await queryAs<{ hash: Buffer }>(database.adminUrl, 'SELECT * FROM users.password_links');
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(rows.some(({ hash }) => hash.toString('base64url') === token)).toBe(false);
  });

  it('is sent only to active users of the tenant; otherwise, the log records the reason', async () => {
    const suspended = await makeUser(core, a.id);
    await core.context.get(UsersPort).setStatus(of(a), suspended.id, 'suspended');
    const inB = await makeUser(core, b.id);
    const cases = [
      [a.id, newEmail('nobody'), 'unknown_address'],
      [a.id, suspended.email, 'user_not_active'],
      [a.id, inB.email, 'unknown_address'],
      ['no-such-tenant', inB.email, 'unknown_address'],
    ] as const;
    for (const [tenant, email, reason] of cases) {
      const origin = newOrigin();
      expect(await request(tenant, email, 'en', origin)).toEqual([]);
      expect(await recordedOf(database, origin.requestId)).toMatchObject([
        { action: 'user.password.request', outcome: 'denied', reason },
      ]);
    }
  });

  it('can be requested without waiting for any lookup', async () => {
    const user = await makeUser(core, a.id);
    const find = jest.spyOn(core.context.get(TenantsPort), 'find');
    await passwords().requestLink(a.id, user.email, 'en', newOrigin());
    expect(find).not.toHaveBeenCalled();
    find.mockRestore();
    await core.context.get(LinkMails, { strict: false }).drain();
  });

  it('is sent at most five times an hour', async () => {
    const user = await makeUser(core, a.id);
    for (let i = 0; i < 5; i++) expect(await request(a.id, user.email)).toHaveLength(1);
    const origin = newOrigin();
    expect(await request(a.id, user.email, 'en', origin)).toEqual([]);
    expect(await recordedOf(database, origin.requestId)).toMatchObject([
      { outcome: 'denied', reason: 'too_many_links' },
    ]);
    moveClock(core, 3_600_001);
    expect(await request(a.id, user.email)).toHaveLength(1);
  });

  it('counts unused links toward the limit, but not used links', async () => {
    const user = await makeUser(core, a.id);
    for (let i = 0; i < 6; i++) {
      expect(await passwords().redeem(await linkFor(user), `${NEW_PASSWORD} ${i}`, newOrigin())).toBe(true);
    }
  });

  it('is created while an earlier mail is still being sent', async () => {
    const [first, second] = [await makeUser(core, a.id), await makeUser(core, a.id)];
    let deliver = (): void => undefined;
    const delivered = new Promise<void>((resolve) => (deliver = resolve));
    const send = jest.spyOn(core.context.get(Mailer, { strict: false }), 'send').mockReturnValueOnce(delivered);
    await passwords().requestLink(a.id, first.email, 'en', newOrigin());
    const origin = newOrigin();
    await passwords().requestLink(a.id, second.email, 'en', origin);
    await eventually(async () => {
      expect(await recordedOf(database, origin.requestId)).toMatchObject([{ outcome: 'success' }]);
    });
    await eventually(() => expect(mails.at(-1)?.to).toBe(second.email));
    deliver();
    await core.context.get(LinkMails, { strict: false }).drain();
    send.mockRestore();
  });

  it('is sent even if the mail before it cannot be sent', async () => {
    const [first, second] = [await makeUser(core, a.id), await makeUser(core, a.id)];
    const push = jest.spyOn(mails, 'push').mockImplementationOnce(() => {
      throw new Error('The mail server is down.');
    });
    await passwords().requestLink(a.id, first.email, 'en', newOrigin());
    await passwords().requestLink(a.id, second.email, 'en', newOrigin());
    await core.context.get(LinkMails, { strict: false }).drain();
    push.mockRestore();
    expect(mails.at(-1)?.to).toBe(second.email);
  });

  it('sets the password, verifies the address, ends every session, and works once', async () => {
    const user = await makeUser(core, a.id);
    const { token: session } = await core.context.get(SessionsPort).start(user, ['pwd'], newOrigin());
    expect(await other.context.get(SessionsPort).find(session)).not.toBeNull();
    const link = await linkFor(user);
    const origin = newOrigin();
    expect(await passwords().redeem(link, NEW_PASSWORD, origin)).toBe(true);
    expect([await signsIn(user, PASSWORD), await signsIn(user, NEW_PASSWORD)]).toEqual([false, true]);
    expect(await core.context.get(UsersPort).find(a.id, user.id)).toMatchObject({
      emailVerified: true,
      status: 'active',
    });
    expect(await core.context.get(SessionsPort).find(session)).toBeNull();
    await eventually(async () => {
      expect(await other.context.get(SessionsPort).find(session)).toBeNull();
    });
    expect(await passwords().inspect(link)).toBeNull();
    expect(await passwords().redeem(link, 'yet another password', newOrigin())).toBe(false);
    expect(await signsIn(user, NEW_PASSWORD)).toBe(true);
    const issuedBefore = { jti: newUlid(user.createdAtMs), clientId: 'app-any', tenantId: a.id, userId: user.id };
    const issuedAfter = { ...issuedBefore, jti: newUlid(Date.now() + 1_000) };
    const isRevoked = (token: TokenFacts): boolean => core.context.get(RevocationsPort).isRevoked(token);
    expect([isRevoked(issuedBefore), isRevoked(issuedAfter)]).toEqual([true, false]);
    expect(await recordedOf(database, origin.requestId)).toMatchObject([
      { action: 'user.password.set', outcome: 'success', resource_id: user.id, actor_id: user.id, tenant_id: a.id },
    ]);
  });

  it('does not allow a session for a sign-in that verified the old password before the change', async () => {
    const user = await makeUser(core, a.id);
    expect(await passwords().redeem(await linkFor(user), NEW_PASSWORD, newOrigin())).toBe(true);
    // The password is verified before the reset, but the session starts after it, which can happen when a sign-in and the reset run
    // concurrently.
    const late = core.context.get(SessionsPort).start(user, ['pwd'], newOrigin());
    await expect(late).rejects.toMatchObject({ code: 'forbidden' });
    expect(await core.context.get(SessionsPort).list(a.id, user.id)).toEqual([]);
  });

  it('accepts an invitation', async () => {
    const user = await makeUser(core, a.id, { password: null });
    expect(user.status).toBe('invited');
    expect(await passwords().redeem(await linkFor(user), NEW_PASSWORD, newOrigin())).toBe(true);
    expect(await signsIn(user, NEW_PASSWORD)).toBe(true);
  });

  it('sets one password when twenty requests in two processes use it concurrently', async () => {
    const user = await makeUser(core, a.id);
    const link = await linkFor(user);
    const tries = Array.from({ length: 20 }, (_, i) => `password number ${i}`);
    const redeemed = await Promise.all(
      tries.map((password, i) => passwords(i % 2 ? core : other).redeem(link, password, newOrigin())),
    );
    expect(redeemed.filter(Boolean)).toHaveLength(1);
    expect(await signsIn(user, tries[redeemed.indexOf(true)] ?? '')).toBe(true);
  });

  it('invalidates the other links of the user', async () => {
    const user = await makeUser(core, a.id);
    const [first, second] = [await linkFor(user), await linkFor(user)];
    expect(await passwords().redeem(second, NEW_PASSWORD, newOrigin())).toBe(true);
    expect(await passwords().redeem(first, 'yet another password', newOrigin())).toBe(false);
  });

  it('expires after an hour', async () => {
    const link = await linkFor(await makeUser(core, a.id));
    moveClock(core, 3_599_000);
    expect(await passwords().inspect(link)).not.toBeNull();
    moveClock(core, 3_600_001);
    expect(await passwords().inspect(link)).toBeNull();
    expect(await passwords().redeem(link, NEW_PASSWORD, newOrigin())).toBe(false);
  });

  it('is invalid once its user or its tenant is suspended', async () => {
    const tenant = await makeTenant(core, 'c');
    const [user, colleague] = [await makeUser(core, tenant.id), await makeUser(core, tenant.id)];
    const [link, colleagues] = [await linkFor(user), await linkFor(colleague)];
    await core.context.get(UsersPort).setStatus(of(tenant), user.id, 'suspended');
    expect(await passwords().redeem(link, NEW_PASSWORD, newOrigin())).toBe(false);
    await core.context.get(TenantsPort).setStatus(systemContext(newId('req')), tenant.id, 'suspended');
    expect(await passwords().inspect(colleagues)).toBeNull();
    expect(await passwords().redeem(colleagues, NEW_PASSWORD, newOrigin())).toBe(false);
  });

  it('stays valid after a rejected password', async () => {
    const user = await makeUser(core, a.id);
    const link = await linkFor(user);
    for (const password of ['short', 'x'.repeat(257), user.email]) {
      await expect(passwords().redeem(link, password, newOrigin())).rejects.toMatchObject({
        code: 'invalid_request',
        fields: [{ pointer: '/password' }],
      });
    }
    expect(await passwords().redeem(link, NEW_PASSWORD, newOrigin())).toBe(true);
  });

  it.each(['', 'x', 'A'.repeat(43)])('cannot have the token %j', async (token) => {
    expect(await passwords().inspect(token)).toBeNull();
    expect(await passwords().redeem(token, NEW_PASSWORD, newOrigin())).toBe(false);
  });

  it('ends throttling after failed sign-ins', async () => {
    const user = await makeUser(core, a.id);
    const origin = newOrigin();
    for (let i = 0; i < 6; i++) await signsIn(user, 'wrong password', origin);
    expect(await signsIn(user, PASSWORD, origin)).toBe(false);
    await passwords().redeem(await linkFor(user), NEW_PASSWORD, newOrigin());
    expect(await signsIn(user, NEW_PASSWORD, origin)).toBe(true);
  });

  it('also ends throttling after sign-ins without a tenant', async () => {
    const user = await makeUser(core, a.id);
    const anywhere = core.context.get(SignInPort);
    const origin = newOrigin();
    for (let i = 0; i < 5; i++) await anywhere.anywhere(user.email, 'wrong password', origin);
    expect(await signsIn(user, PASSWORD, origin)).toBe(false);
    await passwords().redeem(await linkFor(user), NEW_PASSWORD, newOrigin());
    expect(await signsIn(user, NEW_PASSWORD, origin)).toBe(true);
  });
});

describe('mails to an unconfirmed address', () => {
  it('are limited to ten a day per mailbox, ignoring plus suffixes', async () => {
    const tenant = await makeTenant(core, 'm');
    const [name, host] = newEmail('victim').split('@');
    const users = [];
    for (let i = 0; i < 3; i++) users.push(await makeUser(core, tenant.id, { email: `${name}+${i}@${host}` }));
    let sent = 0;
    for (const { email } of users) for (let i = 0; i < 5; i++) sent += (await request(tenant.id, email)).length;
    expect(sent).toBe(10);
    const origin = newOrigin();
    expect(await request(tenant.id, users[2]?.email ?? '', 'en', origin)).toHaveLength(0);
    expect(await recordedOf(database, origin.requestId)).toMatchObject([
      { outcome: 'denied', reason: 'too_many_mails' },
    ]);
  });
});

describe('a password set by an operator', () => {
  it('replaces the old password, ends all sessions and links, and does not verify the address', async () => {
    const user = await makeUser(core, a.id);
    const link = await linkFor(user);
    const { token } = await core.context.get(SessionsPort).start(user, ['pwd'], newOrigin());
    const context = of(a);
    await passwords().set(context, user.id, NEW_PASSWORD);
    expect([await signsIn(user, PASSWORD), await signsIn(user, NEW_PASSWORD)]).toEqual([false, true]);
    expect(await core.context.get(SessionsPort).find(token)).toBeNull();
    expect(await passwords().inspect(link)).toBeNull();
    expect(await core.context.get(UsersPort).find(a.id, user.id)).toMatchObject({ emailVerified: false });
    expect(await recordedOf(database, context.requestId)).toMatchObject([
      { action: 'user.password.set', resource_id: user.id, actor_id: 'system' },
    ]);
  });

  it('can be set only for users of the same tenant', async () => {
    const user = await makeUser(core, a.id);
    await expect(passwords().set(of(b), user.id, NEW_PASSWORD)).rejects.toMatchObject({ code: 'not_found' });
    await expect(passwords().set(of(a), newId('usr'), NEW_PASSWORD)).rejects.toMatchObject({ code: 'not_found' });
    expect(await signsIn(user, PASSWORD)).toBe(true);
  });
});
