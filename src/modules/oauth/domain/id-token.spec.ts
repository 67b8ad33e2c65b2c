import type { AccessTokenClaims } from '../contract/access-token.types';
import { idTokenClaims } from './id-token';

const IAT = 1_795_536_000;
const claims: AccessTokenClaims = {
  iss: 'https://id.example',
  sub: 'usr-a',
  aud: 'https://api.example',
  exp: IAT + 60,
  iat: IAT,
  jti: '01j',
  client_id: 'app-a',
  scope: 'openid projects.read',
  tenant_id: 'tnt-a',
  tenant_slug: 'a',
  app_id: 'app-a',
  roles: ['owner'],
  user_id: 'usr-a',
  auth_time: IAT - 30,
  acr: 'urn:cpod:params:oauth:acr:1fa',
  amr: ['pwd'],
  groups: ['grp-a'],
};

// The left half of SHA-256, base64url; computed with `printf %s TOKEN | openssl dgst -sha256`.
const ACCESS_TOKEN = 'SlAV32hkKG';
const AT_HASH = 'rXH7QWVTZnXYCou_6Vdpfg';

const expected = {
  iss: 'https://id.example',
  sub: 'usr-a',
  aud: 'app-a',
  exp: IAT + 3_600,
  iat: IAT,
  auth_time: IAT - 30,
  acr: 'urn:cpod:params:oauth:acr:1fa',
  amr: ['pwd'],
  sid: 'ses-a',
  at_hash: AT_HASH,
  tenant_id: 'tnt-a',
};

describe('the claims of an ID token', () => {
  it('describe one sign-in for one client, bound to the access token (OpenID Connect Core §2, §3.1.3.6)', () => {
    const parts = { accessToken: ACCESS_TOKEN, claims, sessionId: 'ses-a', nonce: 'n-1' };
    expect(idTokenClaims(parts)).toStrictEqual({ ...expected, nonce: 'n-1' });
  });

  it('omit the nonce if the request had none, and after a refresh (§12.2)', () => {
    const parts = { accessToken: ACCESS_TOKEN, claims, sessionId: 'ses-a', nonce: null };
    expect(idTokenClaims(parts)).toStrictEqual(expected);
  });
});
