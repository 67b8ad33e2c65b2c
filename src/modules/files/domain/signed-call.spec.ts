import { newUlid } from '../../../kernel/ids/ids';
import { type FileClaims, seal, unseal } from './signed-call';

const key = Buffer.alloc(32, 1);
const claims: FileClaims = {
  v: 1,
  tenant: 'tnt-a',
  actor: { type: 'user', id: 'usr-a' },
  app: 'app-a',
  jti: newUlid(),
  sid: null,
  grant: null,
  exp: 1_795_536_000,
  method: 'GET',
  tier: 'shared',
  path: 'a/b.txt',
  version: null,
  download: null,
  max: null,
  match: null,
  none: null,
};
const signature = seal(key, claims);
const [payload = '', mac = ''] = signature.split('.');
const withClaims = (members: object): string =>
  Buffer.from(JSON.stringify({ ...claims, ...members })).toString('base64url');

describe('a signed call', () => {
  it('can be read with the key that signed it', () => {
    expect(unseal(key, signature)).toEqual(claims);
    expect(unseal(Buffer.alloc(32, 2), signature)).toBeNull();
  });

  it.each([
    ['a different path', `${withClaims({ path: 'a/c.txt' })}.${mac}`],
    ['a different method', `${withClaims({ method: 'PUT' })}.${mac}`],
    ['a different expiry', `${withClaims({ exp: 4_102_444_800 })}.${mac}`],
    ['a different MAC', `${payload}.${Buffer.alloc(32).toString('base64url')}`],
    ['a truncated MAC', `${payload}.${mac.slice(0, -2)}`],
    ['a different encoding of its MAC', `${payload}.${mac}=`],
    ['a suffix', `${signature}.x`],
    ['no MAC', `${payload}.`],
    ['an empty string', ''],
    ['more characters than the limit', `${'a'.repeat(9_000)}.${mac}`],
  ])('cannot be read with %s', (_what, text) => {
    expect(unseal(key, text)).toBeNull();
  });
});
