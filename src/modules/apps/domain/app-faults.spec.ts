import { generateKeyPairSync } from 'node:crypto';
import type { ClientJwk } from '../contract/apps.types';
import { appFaults, type JudgedApp } from './app-faults';

const publicJwk = (bits: number): ClientJwk =>
  generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' }) as ClientJwk;

const web: JudgedApp = {
  appType: 'web',
  grantTypes: ['authorization_code', 'refresh_token'],
  tokenEndpointAuthMethod: 'client_secret_basic',
  redirectUris: ['https://app.example/cb'],
  postLogoutRedirectUris: [],
  jwks: null,
  jwksUri: null,
  refreshRotation: true,
  platformContext: false,
};
const pointers = (members: Partial<JudgedApp>): readonly string[] =>
  appFaults({ ...web, ...members }).map(({ pointer }) => pointer);

describe('the members of an app', () => {
  it.each<Partial<JudgedApp>>([
    {},
    { appType: 'service', grantTypes: ['client_credentials'], redirectUris: [] },
    { appType: 'spa', tokenEndpointAuthMethod: 'none' },
    { appType: 'native', tokenEndpointAuthMethod: 'none', redirectUris: ['com.example.app:/cb'] },
    { grantTypes: ['client_credentials', 'authorization_code'] },
    { tokenEndpointAuthMethod: 'private_key_jwt', jwksUri: 'https://app.example/jwks' },
    { refreshRotation: false },
    { refreshRotation: false, tokenEndpointAuthMethod: 'private_key_jwt', jwksUri: 'https://app.example/jwks' },
    { platformContext: true, grantTypes: ['client_credentials'] },
  ])('are consistent: %j', (members) => {
    expect(pointers(members)).toEqual([]);
  });

  it.each<[string, Partial<JudgedApp>, string]>([
    [
      'a public client that acts on its own',
      { appType: 'spa', tokenEndpointAuthMethod: 'none', grantTypes: ['client_credentials'] },
      '/grant_types',
    ],
    ['refresh tokens without the code flow', { grantTypes: ['refresh_token', 'client_credentials'] }, '/grant_types'],
    ['a code flow without a redirect URI', { redirectUris: [] }, '/redirect_uris'],
    ['a secret in a browser', { appType: 'spa' }, '/token_endpoint_auth_method'],
    ['a secret in a mobile app', { appType: 'native' }, '/token_endpoint_auth_method'],
    ['a server app without authentication', { tokenEndpointAuthMethod: 'none' }, '/token_endpoint_auth_method'],
    ['a server app with a private scheme', { redirectUris: ['com.example.app:/cb'] }, '/redirect_uris/0'],
    [
      'a server app with a private scheme for sign-out',
      { postLogoutRedirectUris: ['com.example.app:/cb'] },
      '/post_logout_redirect_uris/0',
    ],
    ['a signer without a key', { tokenEndpointAuthMethod: 'private_key_jwt' }, '/jwks'],
    [
      'keys in two places',
      { tokenEndpointAuthMethod: 'private_key_jwt', jwks: { keys: [] }, jwksUri: 'https://a.example' },
      '/jwks',
    ],
    [
      'a non-rotating refresh token in a browser',
      { appType: 'spa', tokenEndpointAuthMethod: 'none', refreshRotation: false },
      '/refresh_rotation',
    ],
    ['contexts of an app that cannot act on its own', { platformContext: true }, '/platform_context'],
    [
      'contexts without a secret',
      {
        platformContext: true,
        grantTypes: ['client_credentials'],
        tokenEndpointAuthMethod: 'private_key_jwt',
        jwksUri: 'https://a.example',
      },
      '/platform_context',
    ],
    ['a key for an app that does not sign', { jwksUri: 'https://a.example' }, '/jwks_uri'],
    [
      'a key that is not on its curve',
      {
        tokenEndpointAuthMethod: 'private_key_jwt',
        jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' }] },
      },
      '/jwks/keys/0',
    ],
  ])('are inconsistent: %s', (_, members, pointer) => {
    expect(pointers(members)).toEqual([pointer]);
  });

  it('are inconsistent: a short RSA key, and a duplicate kid', () => {
    const jwks = { keys: [publicJwk(1024)] };
    expect(pointers({ tokenEndpointAuthMethod: 'private_key_jwt', jwks })).toEqual(['/jwks/keys/0']);
    const key = { ...publicJwk(2048), kid: 'a' };
    expect(pointers({ tokenEndpointAuthMethod: 'private_key_jwt', jwks: { keys: [key, key] } })).toEqual([
      '/jwks/keys',
    ]);
  });
});
