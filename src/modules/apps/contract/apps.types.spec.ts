import { generateKeyPairSync } from 'node:crypto';
import { newApp } from './apps.types';

const accepts = (members: Readonly<Record<string, unknown>>): boolean =>
  newApp.safeParse({ name: 'App', ...members }).success;

describe('a redirect URI in a registration', () => {
  it.each([
    'https://app.example/cb',
    'https://app.example',
    'https://app.example/cb?a=b',
    'https://app.example:8443/cb',
    'http://localhost:3000/cb',
    'http://127.0.0.1/cb',
    'http://[::1]/cb',
    'com.example.app:/cb',
  ])('can be %s', (uri) => {
    expect(accepts({ redirect_uris: [uri] })).toBe(true);
  });

  it.each([
    'https://app.example/cb#x',
    'https://u:p@app.example/cb',
    'https://app.example/a/../cb',
    'https://app.example/a/%2e%2e/cb',
    'https://app.example/a%2Fcb',
    'https://app.example/a%5ccb',
    'https://APP.example/cb',
    'https://app.example:443/cb',
    'https://*.example/cb',
    'https://app.example\\cb',
    'https://app.example/c b',
    'http://app.example/cb',
    'http://127.0.0.2/cb',
    'javascript:alert(1)',
    'data:text/html,x',
    'app:/cb',
    '/cb',
    '',
  ])('cannot be %j', (uri) => {
    expect(accepts({ redirect_uris: [uri] })).toBe(false);
  });
});

describe('a key set in a registration', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

  it('can contain only public keys', () => {
    expect(accepts({ jwks: { keys: [publicKey.export({ format: 'jwk' })] } })).toBe(true);
    expect(accepts({ jwks: { keys: [privateKey.export({ format: 'jwk' })] } })).toBe(false);
    expect(accepts({ jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } })).toBe(false);
    expect(accepts({ jwks: { keys: [] } })).toBe(false);
  });

  it('can be read only over https', () => {
    expect(accepts({ jwks_uri: 'https://app.example/jwks.json' })).toBe(true);
    expect(accepts({ jwks_uri: 'http://app.example/jwks.json' })).toBe(false);
    expect(accepts({ jwks_uri: 'file:///etc/passwd' })).toBe(false);
  });
});
