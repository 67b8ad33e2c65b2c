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
  it('covers what ends with a listed token, and nothing else', () => {
    const list = new DenyList();
    const [listed, other] = [token(NOW), token(NOW)];
    list.add(revocation({ subject: listed.jti }));
    const endsWith = [other.jti, listed.jti];
    expect(list.covers(token(NOW, { endsWith }))).toBe(true);
    expect(list.covers(token(NOW, { endsWith: [other.jti] }))).toBe(false);
  });

  it('covers nothing while it is empty', () => {
    expect(new DenyList().covers(token(NOW))).toBe(false);
  });

  it('covers a listed token and no sibling of the same client in the same millisecond', () => {
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
  ] as const)('covers what was issued before and in the millisecond of a %s’s mark', (kind, subject) => {
    const list = new DenyList();
    list.add(revocation({ kind, subject }));
    expect([NOW - 1, NOW, NOW + 1].map((ms) => list.covers(token(ms, OF_USER)))).toEqual([true, true, false]);
  });

  it.each([
    ['user', 'usr-a'],
    ['session', 'ses-a'],
    ['grant', 'grt-a'],
  ] as const)('covers by a %s’s mark neither a machine’s token nor another’s', (kind, subject) => {
    const list = new DenyList();
    list.add(revocation({ kind, subject }));
    expect(list.covers(token(NOW))).toBe(false);
    expect(list.covers(token(NOW, { userId: 'usr-b', sessionId: 'ses-b', grantId: 'grt-b' }))).toBe(false);
  });

  it('covers by the latest of all the marks that a token has', () => {
    const list = new DenyList();
    list.add(revocation({ kind: 'grant', subject: 'grt-a', atMs: NOW - 10 }));
    list.add(revocation({ kind: 'user', subject: 'usr-a', atMs: NOW }));
    list.add(revocation({ kind: 'session', subject: 'ses-a', atMs: NOW - 20 }));
    expect([NOW, NOW + 1].map((ms) => list.covers(token(ms, OF_USER)))).toEqual([true, false]);
  });

  it('gives a user’s later tokens back when the mark is lifted, and no earlier one', () => {
    const list = new DenyList();
    list.add(revocation({ kind: 'user', subject: 'usr-a', atMs: NOW + 1_000 }));
    list.add(revocation({ kind: 'user', subject: 'usr-a', atMs: NOW, lifts: true }));
    expect([NOW, NOW + 1].map((ms) => list.covers(token(ms, OF_USER)))).toEqual([true, false]);
  });

  it('covers no other client or tenant by a mark, nor one whose name is the other kind’s', () => {
    const list = new DenyList();
    list.add(revocation({ kind: 'client', subject: 'app-a' }));
    expect(list.covers(token(NOW, { clientId: 'app-b' }))).toBe(false);
    expect(list.covers(token(NOW, { clientId: 'app-b', tenantId: 'app-a' }))).toBe(false);
  });

  it('covers a token by either mark when its client and its tenant both have one', () => {
    const list = new DenyList();
    list.add(revocation({ kind: 'client', subject: 'app-a', atMs: NOW - 100 }));
    list.add(revocation({ kind: 'tenant', subject: 'tnt-a', atMs: NOW }));
    expect([list.covers(token(NOW - 50)), list.covers(token(NOW + 1))]).toEqual([true, false]);
  });

  it.each(['', 'not-a-ulid', '8zzzzzzzzzzzzzzzzzzzzzzzzz'])(
    'covers a token whose id %j has no time by any mark: it cannot prove to be newer',
    (jti) => {
      const list = new DenyList();
      expect(list.covers(token(NOW, { jti }))).toBe(false);
      list.add(revocation({ kind: 'tenant', subject: 'tnt-a', atMs: 0 }));
      expect(list.covers(token(NOW, { jti }))).toBe(true);
    },
  );

  it('keeps the newer of two marks, in whatever order they come', () => {
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

  it('keeps a mark as long as it was first told to, when another of the same moment comes', () => {
    const list = new DenyList();
    list.add(revocation({ kind: 'client', subject: 'app-a', forgetAtMs: NOW + 20 }));
    list.add(revocation({ kind: 'client', subject: 'app-a', forgetAtMs: NOW + 10 }));
    list.forget(NOW + 15);
    expect(list.covers(token(NOW))).toBe(true);
  });

  it('forgets what no live token can be covered by, and not a millisecond before', () => {
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

  it('covers what names a role that its user has no more, whenever it was issued', () => {
    const list = new DenyList();
    list.setRole('usr-a', 'admin', NOW + 1_000);
    list.setRole('usr-a', 'viewer', NOW + 1_000);
    const covers = (userId: string, ...roles: string[]): boolean => list.covers(token(NOW + 500, { userId, roles }));
    expect([covers('usr-a', 'admin'), covers('usr-a', 'viewer'), covers('usr-b', 'admin')]).toEqual([
      true,
      false,
      false,
    ]);
    // One role that still stands does not save the other.
    expect([covers('usr-a', 'viewer', 'admin'), covers('usr-a', 'admin', 'viewer')]).toEqual([true, true]);
    // Refresh tokens name no role, and machines no user.
    expect(list.covers(token(NOW, { userId: 'usr-a' }))).toBe(false);
    expect(list.covers(token(NOW, { roles: ['admin'] }))).toBe(false);
    expect(list.size).toBe(1);
    list.forget(NOW + 2_000);
    expect([list.size, covers('usr-a', 'admin')]).toEqual([0, false]);
  });
});
