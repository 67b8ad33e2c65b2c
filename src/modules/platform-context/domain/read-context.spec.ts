import { livePermissions, timeRefusal } from './judge-context';
import { readContext } from './read-context';

const MAC = Buffer.alloc(32, 7);
const context = {
  tenant_id: 'acme',
  client_id: 'app-a',
  permissions: ['b', 'a'],
  signature: MAC.toString('hex'),
  issued_at: 1_795_536_000,
};
const encode = (value: unknown, encoding: 'base64' | 'base64url' = 'base64'): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString(encoding);

describe('a platform context', () => {
  it('signs the canonical JSON of its other members, regardless of their order', () => {
    const signed = '{"client_id":"app-a","issued_at":1795536000,"permissions":["b","a"],"tenant_id":"acme"}';
    const read = readContext(encode(context));
    expect(read?.message.toString()).toBe(signed);
    expect(readContext(encode(Object.fromEntries(Object.entries(context).reverse())))).toEqual(read);
    expect(read).toMatchObject({ tenant: 'acme', clientId: 'app-a', issuedAtMs: 1_795_536_000_000, mac: MAC });
  });

  it.each([
    ['base64url as the outer encoding', encode(context, 'base64url')],
    ['a signature in base64', encode({ ...context, signature: MAC.toString('base64') })],
    ['a signature in base64url', encode({ ...context, signature: MAC.toString('base64url') })],
    ['a signature in uppercase', encode({ ...context, signature: MAC.toString('hex').toUpperCase() })],
    ['a time in RFC 3339', encode({ ...context, issued_at: '2026-11-24T16:00:00Z' })],
    ['a time with an offset', encode({ ...context, issued_at: '2026-11-24T17:00:00+01:00' })],
  ])('is read with %s', (_name, raw) => {
    expect(readContext(raw)).toMatchObject({ mac: MAC, issuedAtMs: 1_795_536_000_000 });
  });

  it.each([
    ['nothing', ''],
    ['no base64', '{"tenant_id":"acme"}'],
    ['invalid JSON', encode('acme')],
    ['no UTF-8', Buffer.from([0xff, 0xfe]).toString('base64')],
    ['a list', encode([])],
    ['null', encode(null)],
    ['an additional member', encode({ ...context, only_for: 'reports' })],
    ['a missing member', encode({ ...context, permissions: undefined })],
    ['permissions that are not strings', encode({ ...context, permissions: [1] })],
    ['more permissions than the maximum', encode({ ...context, permissions: Array(101).fill('a') })],
    [
      'half of a surrogate pair',
      encode(
        `{"tenant_id":"a","client_id":"b","permissions":["\\ud800"],"signature":"${context.signature}","issued_at":1}`,
      ),
    ],
    ['a signature that is too short', encode({ ...context, signature: 'abcd' })],
    ['an empty signature', encode({ ...context, signature: '' })],
    ['a time with fractional seconds', encode({ ...context, issued_at: 1.5 })],
    ['an invalid time', encode({ ...context, issued_at: 'yesterday' })],
    ['a size above the limit', encode({ ...context, tenant_id: 'a'.repeat(20_000) })],
  ])('is rejected with %s', (_name, raw) => {
    expect(readContext(raw)).toBeNull();
  });

  it.each([
    [-360_001, 'expired'],
    [-360_000, null],
    [0, null],
    [60_000, null],
    [60_001, 'issued_in_the_future'],
  ])('issued %d ms from now is refused with %s', (fromNowMs, refusal) => {
    expect(timeRefusal(1_000_000 + fromNowMs, 1_000_000)).toBe(refusal);
  });

  it("grants each of the app's permissions once, except those for people", () => {
    expect(livePermissions(['b', 'a', 'b', 'c', 'openid'], ['a', 'b', 'openid'])).toEqual(['b', 'a']);
  });
});
