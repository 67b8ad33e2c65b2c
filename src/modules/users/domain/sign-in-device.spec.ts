import { randomBytes } from 'node:crypto';
import { knownDevice, rememberedOn } from './sign-in-device';

const key = randomBytes(32);
const ada = { tenantId: 'tnt-a', emailKey: 'ada@example.com' };
const grace = { tenantId: 'tnt-b', emailKey: 'grace@example.com' };

describe('a known device', () => {
  it('lists the accounts that have been used to sign in on it, newest first', () => {
    const first = rememberedOn(key, '', ada);
    const cookie = rememberedOn(key, rememberedOn(key, first, grace), { ...ada, tenantId: 'tnt-c' });
    const id = cookie.slice(0, 22);
    expect(first.slice(0, 22)).toBe(id);
    expect(knownDevice(key, cookie, ada.emailKey)).toEqual({ id, tenantIds: ['tnt-c', 'tnt-a'] });
    expect(knownDevice(key, cookie, grace.emailKey)).toEqual({ id, tenantIds: ['tnt-b'] });
    expect(knownDevice(key, cookie, 'bob@example.com')).toBeNull();
    expect(rememberedOn(key, cookie, ada).split('.')).toHaveLength(7);
    expect(cookie).toMatch(/^[\w.-]+$/);
    expect(cookie).not.toContain('ada');
  });

  it('remembers at most five accounts and drops the oldest ones', () => {
    let cookie = '';
    for (let n = 0; n < 6; n++) cookie = rememberedOn(key, cookie, { ...ada, tenantId: `tnt-${n}` });
    expect(knownDevice(key, cookie, ada.emailKey)?.tenantIds).toEqual(['tnt-5', 'tnt-4', 'tnt-3', 'tnt-2', 'tnt-1']);
  });

  it.each([
    ['an empty cookie', () => ''],
    ['a different key', () => rememberedOn(randomBytes(32), '', ada)],
    ['a different device', (cookie: string) => `${'x'.repeat(22)}${cookie.slice(22)}`],
    ['a different tenant', (cookie: string) => cookie.replace('tnt-a', 'tnt-b')],
    ['no signature', (cookie: string) => cookie.split('.').slice(0, 2).join('.')],
    ['an unrelated string', () => '.tnt-a.x'],
  ])('is not recognized with %s', (_, of) => {
    expect(knownDevice(key, of(rememberedOn(key, '', ada)), ada.emailKey)).toBeNull();
  });
});
