import { newUlid } from '../../../kernel/ids/ids';
import type { Revocation, TokenFacts } from '../contract/revocation.types';
import { DenyList } from './deny-list';

const NOW = 1_795_536_000_000;

const token = (issuedMs: number, members: Partial<TokenFacts> = {}): TokenFacts => ({
  jti: newUlid(issuedMs),
  clientId: 'app-a',
  tenantId: 'tnt-a',
  ...members,
});

const revocation = (members: Partial<Revocation>): Revocation => ({
  kind: 'token',
  subject: 'x',
  tenantId: 'tnt-a',
  atMs: NOW,
  forgetAtMs: NOW + 1_000,
  ...members,
});

describe('the deny-list', () => {
  it('covers tokens that depend on a listed token, and no other tokens', () => {
    const list = new DenyList();
    const [listed, other] = [token(NOW), token(NOW)];
    list.add(revocation({ subject: listed.jti }));
    const endsWith = [other.jti, listed.jti];
    expect(list.covers(token(NOW, { endsWith }))).toBe(true);
    expect(list.covers(token(NOW, { endsWith: [other.jti] }))).toBe(false);
  });

  it('does not cover any token while it is empty', () => {
    expect(new DenyList().covers(token(NOW))).toBe(false);
  });

  it('covers a listed token, but no other token of the same client from the same millisecond', () => {
    const list = new DenyList();
    const [listed, sibling] = [token(NOW), token(NOW)];
    list.add(revocation({ subject: listed.jti }));
    expect([list.covers(listed), list.covers(sibling)]).toEqual([true, false]);
    expect([list.hasToken(listed.jti), list.hasToken(sibling.jti)]).toEqual([true, false]);
  });

  const OF_USER = { userId: 'usr-a', sessionId: 'ses-a', grantId: 'grt-a' };

  it.each([
    ['client', 'app-a'],
    ['tenant', 'tnt-a'],
    ['user', 'usr-a'],
    ['session', 'ses-a'],
    ['grant', 'grt-a'],
  ] as const)('covers tokens issued up to the millisecond of the mark of their %s', (kind, subject) => {
    const list = new DenyList();
    list.add(revocation({ kind, subject }));
    expect([NOW - 1, NOW, NOW + 1].map((ms) => list.covers(token(ms, OF_USER)))).toEqual([true, true, false]);
  });

  it.each([
    ['user', 'usr-a'],
    ['session', 'ses-a'],
    ['grant', 'grt-a'],
  ] as const)('does not apply the mark of a %s to machine tokens or to other subjects', (kind, subject) => {
    const list = new DenyList();
    list.add(revocation({ kind, subject }));
    expect(list.covers(token(NOW))).toBe(false);
    expect(list.covers(token(NOW, { userId: 'usr-b', sessionId: 'ses-b', grantId: 'grt-b' }))).toBe(false);
  });

  it('applies the latest of all marks of a token', () => {
    const list = new DenyList();
    list.add(revocation({ kind: 'grant', subject: 'grt-a', atMs: NOW - 10 }));
    list.add(revocation({ kind: 'user', subject: 'usr-a', atMs: NOW }));
    list.add(revocation({ kind: 'session', subject: 'ses-a', atMs: NOW - 20 }));
    expect([NOW, NOW + 1].map((ms) => list.covers(token(ms, OF_USER)))).toEqual([true, false]);
  });

  it("covers only a user's earlier tokens after the mark is lifted", () => {
    const list = new DenyList();
    list.add(revocation({ kind: 'user', subject: 'usr-a', atMs: NOW + 1_000 }));
    list.add(revocation({ kind: 'user', subject: 'usr-a', atMs: NOW, lifts: true }));
    expect([NOW, NOW + 1].map((ms) => list.covers(token(ms, OF_USER)))).toEqual([true, false]);
  });

  it('does not apply a mark to a different client, tenant or kind of subject', () => {
    const list = new DenyList();
    list.add(revocation({ kind: 'client', subject: 'app-a' }));
    expect(list.covers(token(NOW, { clientId: 'app-b' }))).toBe(false);
    expect(list.covers(token(NOW, { clientId: 'app-b', tenantId: 'app-a' }))).toBe(false);
  });

  it('covers a token if either its client or its tenant has a mark', () => {
    const list = new DenyList();
    list.add(revocation({ kind: 'client', subject: 'app-a', atMs: NOW - 100 }));
    list.add(revocation({ kind: 'tenant', subject: 'tnt-a', atMs: NOW }));
    expect([list.covers(token(NOW - 50)), list.covers(token(NOW + 1))]).toEqual([true, false]);
  });

  it.each(['', 'not-a-ulid', '8zzzzzzzzzzzzzzzzzzzzzzzzz'])(
    'covers a token whose id %j contains no time if there is any mark',
    (jti) => {
      const list = new DenyList();
      expect(list.covers(token(NOW, { jti }))).toBe(false);
      list.add(revocation({ kind: 'tenant', subject: 'tnt-a', atMs: 0 }));
      expect(list.covers(token(NOW, { jti }))).toBe(true);
    },
  );

  it('keeps the newer of two marks, regardless of the order in which they arrive', () => {
    const [older, newer] = [NOW - 1_000, NOW].map((atMs) => revocation({ kind: 'client', subject: 'app-a', atMs }));
    for (const order of [
      [older, newer],
      [newer, older],
    ]) {
      const list = new DenyList();
      for (const mark of order) if (mark) list.add(mark);
      expect([list.covers(token(NOW)), list.size]).toEqual([true, 1]);
    }
  });

  it('keeps the longer retention of two marks with the same time', () => {
    const list = new DenyList();
    list.add(revocation({ kind: 'client', subject: 'app-a', forgetAtMs: NOW + 20 }));
    list.add(revocation({ kind: 'client', subject: 'app-a', forgetAtMs: NOW + 10 }));
    list.forget(NOW + 15);
    expect(list.covers(token(NOW))).toBe(true);
  });

  it('removes an entry when no live token can match it, and not a millisecond earlier', () => {
    const list = new DenyList();
    const listed = token(NOW + 1);
    list.add(revocation({ subject: listed.jti, forgetAtMs: NOW + 10 }));
    list.add(revocation({ kind: 'client', subject: 'app-a', forgetAtMs: NOW + 20 }));
    list.setRole('usr-a', 'viewer', NOW + 30);
    const covered = (): readonly boolean[] =>
      [listed, token(NOW), token(NOW + 1, { userId: 'usr-a', roles: ['admin'] })].map((each) => list.covers(each));
    for (const [nowMs, expected, size] of [
      [NOW + 10, [true, true, true], 3],
      [NOW + 11, [false, true, true], 2],
      [NOW + 20, [false, true, true], 2],
      [NOW + 21, [false, false, true], 1],
      [NOW + 30, [false, false, true], 1],
      [NOW + 31, [false, false, false], 0],
    ] as const) {
      list.forget(nowMs);
      expect([nowMs, covered(), list.size]).toEqual([nowMs, expected, size]);
    }
    expect(list.hasToken(listed.jti)).toBe(false);
  });

  it('covers tokens with a role that the user no longer has, regardless of their issue time', () => {
    const list = new DenyList();
    list.setRole('usr-a', 'admin', NOW + 1_000);
    list.setRole('usr-a', 'viewer', NOW + 1_000);
    const covers = (userId: string, ...roles: string[]): boolean => list.covers(token(NOW + 500, { userId, roles }));
    expect([covers('usr-a', 'admin'), covers('usr-a', 'viewer'), covers('usr-b', 'admin')]).toEqual([
      true,
      false,
      false,
    ]);
    // One current role is not enough if the token also has another role.
    expect([covers('usr-a', 'viewer', 'admin'), covers('usr-a', 'admin', 'viewer')]).toEqual([true, true]);
    // Refresh tokens have no role, and machine tokens have no user.
    expect(list.covers(token(NOW, { userId: 'usr-a' }))).toBe(false);
    expect(list.covers(token(NOW, { roles: ['admin'] }))).toBe(false);
    expect(list.size).toBe(1);
    list.forget(NOW + 2_000);
    expect([list.size, covers('usr-a', 'admin')]).toEqual([0, false]);
  });
});
