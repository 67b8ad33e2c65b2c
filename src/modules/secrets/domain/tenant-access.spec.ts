import fc from 'fast-check';
import { secretPath, secretRef } from '../contract/resolution.types';
import { newSecretGrant } from '../contract/secret-access.types';
import { clientKey, type HeldGrant, placeOf, principalKey, TenantAccess } from './tenant-access';

const NOW = 1_000_000;
const ADA = principalKey('user', 'usr-ada');
const ENGINEERS = principalKey('group', 'grp-engineers');

const grant = (members: Partial<HeldGrant>): HeldGrant => ({
  id: 'sgr-1',
  principal: { type: 'user', id: 'usr-ada' },
  clientRegisteredAtMs: null,
  bundle: null,
  path: null,
  expiresAtMs: null,
  contextIdPrefix: '',
  ...members,
});
const pathGrant = (path: string, provider = 'vault') => grant({ path: { provider, path } });
const judge = (grants: readonly HeldGrant[], path: string, provider = 'vault', principals = [ADA]) =>
  new TenantAccess(new Map(), grants).judge(principals, { provider, path }, { nowMs: NOW, contextId: 'job:1' });

describe('a grant for a path', () => {
  it.each([
    ['a/b', 'a/b', true],
    ['a/b', 'a/b/c', false],
    ['a/b', 'a', false],
    ['a/*', 'a/b', true],
    ['a/*', 'a/b/c', true],
    ['a/*', 'a', false],
    ['a/*', 'ab', false],
    ['a/*', 'ab/c', false],
    ['*', 'a/b', true],
  ])('%s covers %s: %s', (granted, asked, covers) => {
    expect(judge([pathGrant(granted)], asked)).toBe(covers ? 'granted' : 'no_grant');
  });

  it('applies to only one provider', () => {
    expect(judge([pathGrant('*')], 'a', 'aws')).toBe('no_grant');
  });

  it('never covers a path outside its prefix', () => {
    const segment = fc.constantFrom('a', 'b', 'ab', 'A', 'a.b');
    const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(path, path, (granted, asked) => {
        expect(judge([pathGrant(granted)], asked) === 'granted').toBe(granted === asked);
        const isBelow = judge([pathGrant(`${granted}/*`)], asked) === 'granted';
        expect(isBelow).toBe(asked.length > granted.length && asked.startsWith(`${granted}/`));
      }),
    );
  });
});

describe('a grant', () => {
  it('applies only to its principal, by type and id', () => {
    const held = [grant({ principal: { type: 'group', id: 'grp-engineers' }, bundle: 'app' })];
    const access = new TenantAccess(new Map([['app', []]]), held);
    const ask = (...principals: readonly string[]) =>
      access.judge(principals, { bundle: 'app' }, { nowMs: NOW, contextId: '' });
    expect(ask(ADA, ENGINEERS)).toBe('granted');
    expect(ask(ADA)).toBe('no_grant');
    expect(ask(principalKey('user', 'grp-engineers'))).toBe('no_grant');
    expect(ask()).toBe('no_grant');
  });

  it('applies to only one registration of the client id if it is for a client', () => {
    const held = grant({ principal: { type: 'client', id: 'ci' }, clientRegisteredAtMs: 5, bundle: 'app' });
    const ask = (key: string) =>
      new TenantAccess(new Map(), [held]).judge([key], { bundle: 'app' }, { nowMs: NOW, contextId: '' });
    expect(ask(clientKey('ci', 5))).toBe('granted');
    for (const key of [clientKey('ci', 6), clientKey('ci', null), 'client:ci']) expect(ask(key)).toBe('no_grant');
  });

  it('does not cover bundles, and a grant for a bundle does not cover paths', () => {
    const access = new TenantAccess(new Map(), [grant({ bundle: 'app' }), pathGrant('app', 'store')]);
    const circumstances = { nowMs: NOW, contextId: '' };
    expect(access.judge([ADA], { provider: 'store', path: 'other' }, circumstances)).toBe('no_grant');
    expect(access.judge([ADA], { bundle: 'other' }, circumstances)).toBe('no_grant');
  });

  it('is valid until it expires, and only in its context', () => {
    const asked = (members: Partial<HeldGrant>) => judge([{ ...pathGrant('*'), ...members }], 'a');
    expect(asked({ expiresAtMs: NOW + 1 })).toBe('granted');
    expect(asked({ expiresAtMs: NOW })).toBe('condition');
    expect(asked({ contextIdPrefix: 'job:' })).toBe('granted');
    expect(asked({ contextIdPrefix: 'chat:' })).toBe('condition');
  });

  it('suffices if it is valid, even if another grant is not', () => {
    expect(judge([{ ...pathGrant('*'), expiresAtMs: 1 }, pathGrant('a')], 'a')).toBe('granted');
  });
});

describe('a bundle', () => {
  it('is found only by its own name', () => {
    const access = new TenantAccess(new Map([['app', []]]), []);
    expect(access.bundle('app')).toEqual([]);
    for (const name of ['App', '__proto__', 'constructor', '']) expect(access.bundle(name)).toBeNull();
  });
});

describe('a reference', () => {
  it('points to the secret with its name in the built-in store by default', () => {
    expect(placeOf(secretRef.parse({ name: 'A' }))).toEqual({ provider: 'store', path: 'A' });
    expect(placeOf(secretRef.parse({ name: 'A', provider: 'vault', path: 'x/y' }))).toEqual({
      provider: 'vault',
      path: 'x/y',
    });
  });
});

describe('a path', () => {
  it('has one spelling: accepted paths do not change when resolved', () => {
    const part = fc.oneof(fc.constantFrom('', '.', '..', 'a', '%2e', '\\', '\0', ' ', 'a b', '…'), fc.string());
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        const path = parts.join('/');
        if (!secretPath.safeParse(path).success) return;
        // The URL parser resolves dot segments; an accepted path has none.
        const url = new URL(`http://x/${path.split('/').map(encodeURIComponent).join('/')}`);
        expect(url.pathname.split('/').slice(1).map(decodeURIComponent)).toEqual(path.split('/'));
        expect(path).not.toMatch(/[\u0000-\u001f\\]/);
      }),
    );
  });

  it.each(['a*', 'a/*/b', '*/a', '/*', '../*', 'a//*', ''])('%j cannot be granted', (path) => {
    const body = { principal: { type: 'user', id: 'usr-ada' }, path: { provider: 'vault', path } };
    expect(newSecretGrant.safeParse(body).success).toBe(false);
  });
});
