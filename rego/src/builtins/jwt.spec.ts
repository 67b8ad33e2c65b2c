import { createHmac, generateKeyPairSync, sign, type JsonWebKey, type KeyObject } from 'node:crypto';
import { LimitExceeded } from '../errors.js';
import { Budget, DEFAULT_LIMITS } from '../evaluate/budget.js';
import { fromJson, toJson } from '../values/json.js';
import { RegoObject } from '../values/object.js';
import type { Value } from '../values/value.js';
import type { BuiltinContext } from './builtin.js';
import { BUILTINS } from './node-builtins.js';
import { bytesOf, inverse } from './x509/big-integers.js';
import { processorMs } from '../../../test/support/processor-time.js';

// A certificate and its key, created with OpenSSL for these tests.
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIC/zCCAeegAwIBAgIUYRYbNuQhLuw1Mv9w0itczuNr5bcwDQYJKoZIhvcNAQEL
BQAwDjEMMAoGA1UEAwwDcnNhMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAw
MDAwWjAOMQwwCgYDVQQDDANyc2EwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEK
AoIBAQDrXuRJGZR0nPP6IzVXJFaiNBjFRilB+6oIErguWzAGXN4ERnSWwTKJUnYN
Q1FH3qpHlCwVZuD0y7FdjJRBFVwiZ4ICEzNEWLMybu98lxD8c400fHxNy8CJsDCr
e1Fh65AIcjktDYm5n5CLnTDwoC7r35mz5NiU+82ZkYnyJ7dMjDY+7e4MWqw8yJs/
PF7MbcuLDkwQyWFBJpsPPydu+hfQAIakk6kXDm0jI6oDiZk/jJgoSmqSH8+JoW1D
VSy6h3Gyf2flWlviAK8zrt48qr34ila4Y+V5sWl3rjdXqy50WfDkDNMntrk9Oam8
rWxsOpcic7CON28bANsJaniItkAjAgMBAAGjUzBRMB0GA1UdDgQWBBTjZN15OOQU
2n6V8+XK4vNVIh/L0TAfBgNVHSMEGDAWgBTjZN15OOQU2n6V8+XK4vNVIh/L0TAP
BgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBCwUAA4IBAQA3FkJSYgbDZDYilcSd
ZN1aE64824RfMMhv4qRAtA8CSVSAiYnynwvEWlP9tbQYDIbCmkkdhL8isCO+ZXCh
PstkI2oNEIkpRWJT9mcTKGWCBNKbY493MGBP0dOf/ES/f9q0yPYy5kqqSXtUM7lQ
DjbMlPqFnucOJF5aRThdljFoQUrXNZz4naz25xlRc6CRbrLTS/BuDUdn5lnL8YJV
+eXU1kPICcwF6Dz1KQs5X3j43FBT0uDh4bhTO/ESIye32jsR6nS/9o8J8U/6ML6p
7dKinOEUIuh1fo+S5O+KjTsvHuYHgewolWWNWr3e8+xBbezcRDgGqbBQg646gepi
jqVX
-----END CERTIFICATE-----
`;
const CERTIFICATE_KEY = `-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDrXuRJGZR0nPP6
IzVXJFaiNBjFRilB+6oIErguWzAGXN4ERnSWwTKJUnYNQ1FH3qpHlCwVZuD0y7Fd
jJRBFVwiZ4ICEzNEWLMybu98lxD8c400fHxNy8CJsDCre1Fh65AIcjktDYm5n5CL
nTDwoC7r35mz5NiU+82ZkYnyJ7dMjDY+7e4MWqw8yJs/PF7MbcuLDkwQyWFBJpsP
Pydu+hfQAIakk6kXDm0jI6oDiZk/jJgoSmqSH8+JoW1DVSy6h3Gyf2flWlviAK8z
rt48qr34ila4Y+V5sWl3rjdXqy50WfDkDNMntrk9Oam8rWxsOpcic7CON28bANsJ
aniItkAjAgMBAAECggEAA/YZ430RuZC2rnwPNsM+zgYQcKmIojqpFu+xt94DBehk
ODAzYCIqRpNjtz9ty8bcmM3OnCGaIaSX/JoUGLBSV6XkU0Kdd0YC5hNl5nPobkdH
lh2OPgTy3Z5gg1JVAU/koa/CdJaovb4IwcDIhRQ9Fe0yeguc9YzzXeVMLA4tEJW3
RLHQlrEusTfpgbulzCekmKMnx/pRsKPmiXxEXtthilha1rJOMY1Qb2EPcpFKlHKg
o6zkSR/XJpH5iCoVzjQPR9gqAW/cy/T5dIxH+wS+4oUfIsKQ1Th2Ad4uxCYFiTwJ
e/IR6A4vcxjWce60d01upklv5PNuE4MiKPA/99u7qQKBgQD3XdpeCPp0IHo+2PmA
qj2BEGestxHJXaxtTPRIgHVEctcDz7JRsWH0hBB75EJ5M/sHlDH7kAcXdN+OmB+i
KP9fQafKcgENDPgoD75c4pbixhGEI3d855O0zbEqmSu2hU6yB4D7m7JLGPTGBh6k
iBxJf+yXPlq5jbrUOYAzQf4BZQKBgQDzldvLT8m7nXE9JirWwJtYG4zDS03V3gCF
Kz6ab2OLPwOjFKw3oiHp9F7iFOTqQobeQoHQQIArVi3FGyrfN0c0lLaxRWy/52wA
LB+613jW9TKT8ZkuXVzIUNH3FR5LT+0jenlPC+FETJY6kdoedeWu8pSErns5KagL
5sweuTYm5wKBgB8isA6wAJ5HTDvG4bjBNNae8v25WULISKDFU+YgTSJddhTjuqUv
t42oZc7CT1+kHE+65oOsgEgCjPUMzsaBdItP30fLC7jRzhZ0zNgyKR3IIoJIWIzf
NSdH0Kn095yUsPAVo7WHxmxPatfWA1tgSncx49yxm4fJgB+gUTOidc9FAoGBANx+
PuOfagEG18Z+kjCrUPNEnPr7Y43A07+4EYdCZV1awTQSNoJ1pTVeG7WTLFRRvDvd
AB0/BcY00GGn4fsE0tPp+iYlrfdYyQ6u4loDSkNq2UnKXNr3cFFzt1xuJWoPA54l
80F2g4eLvEFwXX1NQ4hF1eL0/l4UMyXy2brF9RrpAoGAdbVNmb1BhjKCwHz1EHEi
68P5hfWsxfFOY80gGzSpinFXZ6aV/wTmuuqPVsW43AUdPbvjP4z3dw61NOPUZ+tE
KnOMy9dcZbuxCYncVja8FdMyIK/1kLNpnLqP9rno/5ltk9KuwFbjJV3wneSeCw6G
cNFY1iMzT+AJ2AH4IGHddS8=
-----END PRIVATE KEY-----
`;

const NOW_SECONDS = 1_700_000_000;

function raw(name: string, args: readonly Value[], deadlineMs = 10_000): Value | undefined {
  const builtin = BUILTINS.get(name);
  const budget = new Budget({ ...DEFAULT_LIMITS, deadlineMs });
  return builtin?.call(args, { budget, nowNanos: BigInt(NOW_SECONDS) * 1_000_000_000n } as unknown as BuiltinContext);
}
const call = (name: string, ...args: readonly unknown[]): unknown =>
  toJson(
    raw(
      name,
      args.map((argument) => fromJson(argument)),
    ) ?? null,
  );
const encode = (header: object, payload: unknown, key: object): string =>
  call('io.jwt.encode_sign', header, payload, key) as string;
const decode = (token: string): readonly [header: object, payload: object, signature: string] =>
  call('io.jwt.decode', token) as readonly [object, object, string];

const base64url = (text: string): string => Buffer.from(text).toString('base64url');
const unsigned = (header: unknown, payload: unknown): string =>
  [header, payload].map((part) => base64url(typeof part === 'string' ? part : JSON.stringify(part))).join('.');
function withSecret(header: unknown, payload: unknown, secret = 'secret', hash = 'sha256'): string {
  const text = unsigned(header, payload);
  return `${text}.${createHmac(hash, secret).update(text).digest('base64url')}`;
}

const KEYS: Readonly<Record<string, { readonly publicKey: KeyObject; readonly privateKey: KeyObject }>> = {
  RS: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  ES512: generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  EdDSA: generateKeyPairSync('ed25519'),
};
const keyPairOf = (algorithm: string): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } => {
  const pair = KEYS[algorithm] ?? KEYS['RS'];
  if (pair === undefined) {
    throw new Error('no such key');
  }
  return pair;
};
const publicJwk = (algorithm: string, more: object = {}): string =>
  JSON.stringify({ ...keyPairOf(algorithm).publicKey.export({ format: 'jwk' }), ...more });
const privateJwk = (algorithm: string): JsonWebKey => keyPairOf(algorithm).privateKey.export({ format: 'jwk' });
const publicPem = (algorithm: string): string =>
  keyPairOf(algorithm).publicKey.export({ format: 'pem', type: 'spki' }).toString();
const signedBy = (algorithm: string, payload: unknown = { sub: 'a' }, header: object = {}): string =>
  encode({ alg: algorithm, ...header }, payload, privateJwk(algorithm));

const ASYMMETRIC = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const VERIFIED = [true, expect.any(Object), expect.any(Object)];
const UNVERIFIED = [false, {}, {}];
const verifier = (algorithm: string): string => `io.jwt.verify_${algorithm.toLowerCase()}`;

describe('io.jwt.decode', () => {
  test('returns header, payload and signature', () => {
    const token = `${unsigned({ alg: 'HS256' }, { n: 1.5 })}.${Buffer.of(1, 0xab).toString('base64url')}`;
    expect(call('io.jwt.decode', token)).toEqual([{ alg: 'HS256' }, { n: 1.5 }, '01ab']);
  });

  test.each(['"', "'", ''])('decodes a nested token in quotes %j', (quote) => {
    const inner = withSecret({ alg: 'HS256' }, { sub: 'inner' });
    const outer = withSecret({ alg: 'HS256', cty: 'JWT' }, `${quote}${inner}${quote}`);
    expect(decode(withSecret({ alg: 'HS256', cty: 'JWT' }, outer))[1]).toEqual({ sub: 'inner' });
  });

  test.each([
    ['no periods', 'abc', 'encoded JWT had no period separators'],
    ['two parts', 'a.b', 'encoded JWT must have 3 sections, found 2'],
    ['five parts', 'a.b.c.d.e', 'encoded JWT must have 3 sections, found 5'],
    ['a header that is not base64', '!!.e30.', 'JWT header had invalid encoding: illegal base64 data at input byte 0'],
    ['a header that is not JSON', `${base64url('x')}.e30.`, 'bad JWT header: invalid JSON'],
    [
      'a header that is not an object',
      `${base64url('[]')}.e30.`,
      'bad JWT header: decoded JSON type was not an Object',
    ],
    ['an encrypted token', `${base64url('{"enc":"x"}')}.e30.`, 'JWT is a JWE object, which is not supported'],
    [
      'a payload that is not base64',
      'e30.!!.',
      'JWT payload had invalid encoding: illegal base64 data at input byte 0',
    ],
    ['a payload that is not JSON', `e30.${base64url('x')}.`, 'invalid JSON'],
    ['a payload that is not an object', `e30.${base64url('1')}.`, 'decoded JSON type was not an Object'],
    [
      'a signature that is not base64',
      'e30.e30.!!',
      'JWT signature had invalid encoding: illegal base64 data at input byte 0',
    ],
    ['a one-megabyte token', `e30.${'A'.repeat(1_000_000)}.`, 'the JWT is longer than'],
  ])('%s is refused', (_name, token, message) => {
    expect(() => call('io.jwt.decode', token)).toThrow(message);
  });

  test('keeps members that have the names of built-in JavaScript object members', () => {
    const token = `${unsigned('{"__proto__":{"alg":"HS256"}}', '{"constructor":1,"__proto__":2}')}.`;
    const [header, payload] = decode(token);
    expect([Object.keys(header), Object.keys(payload)]).toEqual([['__proto__'], ['__proto__', 'constructor']]);
  });

  test('keeps numbers exact', () => {
    const token = `${unsigned({}, '{"n":12345678901234567890123}')}.`;
    const value = raw('io.jwt.decode', [token]) as readonly { get(name: string): unknown }[];
    expect(value[1]?.get('n')).toMatchObject({ digits: '12345678901234567890123' });
  });
});

describe.each(ASYMMETRIC)('%s', (algorithm) => {
  const token = signedBy(algorithm);

  test.each([
    ['a PEM public key', publicPem(algorithm)],
    ['a JWK', publicJwk(algorithm)],
    ['a set', `{"keys":[${publicJwk(algorithm === 'ES256' ? 'ES384' : 'ES256')},${publicJwk(algorithm)}]}`],
    ['a set whose key names the algorithm', `{"keys":[${publicJwk(algorithm, { alg: algorithm })}]}`],
  ])('is verified with %s', (_name, key) => {
    expect(call(verifier(algorithm), token, key)).toBe(true);
    expect(call('io.jwt.decode_verify', token, { cert: key })).toEqual([true, { alg: algorithm }, { sub: 'a' }]);
  });

  test.each([
    ['a key for a different algorithm', publicJwk(algorithm, { alg: algorithm === 'RS256' ? 'PS256' : 'RS256' })],
    ['a key for an unknown algorithm', publicJwk(algorithm, { alg: 'RSA-OAEP' })],
    ['a set without keys', '{"keys":[]}'],
    ['a private key', JSON.stringify(privateJwk(algorithm))],
    ['a key of a different type', publicJwk(algorithm.startsWith('ES') ? 'RS' : 'ES256')],
    ['a shared secret', '{"kty":"oct","k":"c2VjcmV0"}'],
  ])('is not verified with %s', (_name, key) => {
    expect(call(verifier(algorithm), token, key)).toBe(false);
    expect(call('io.jwt.decode_verify', token, { cert: key })).toEqual(UNVERIFIED);
  });

  test('is not verified if any part has been changed', () => {
    const [header = '', payload = '', signature = ''] = token.split('.');
    const changed = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    for (const forged of [
      `${header}.${base64url('{"sub":"b"}')}.${signature}`,
      `${header}.${payload}.${changed}`,
      `${header}.${payload}.`,
      `${header}.${payload}.AAAA`,
    ]) {
      expect(call(verifier(algorithm), forged, publicPem(algorithm))).toBe(false);
    }
  });

  test("the requested algorithm must match the token's algorithm", () => {
    const cert = publicPem(algorithm);
    expect(call('io.jwt.decode_verify', token, { cert, alg: algorithm })).toEqual(VERIFIED);
    expect(call('io.jwt.decode_verify', token, { cert, alg: 'HS256' })).toEqual(UNVERIFIED);
  });
});

describe('secrets', () => {
  test.each([
    ['HS256', 'sha256'],
    ['HS384', 'sha384'],
    ['HS512', 'sha512'],
  ])('%s', (algorithm, hash) => {
    const token = withSecret({ alg: algorithm }, {}, 'secret', hash);
    expect(call(verifier(algorithm), token, 'secret')).toBe(true);
    expect(call(verifier(algorithm), token, 'other')).toBe(false);
    expect(call('io.jwt.decode_verify', token, { secret: 'secret' })).toEqual([true, { alg: algorithm }, {}]);
    const jwk = { kty: 'oct', k: base64url('secret') };
    expect(call('io.jwt.encode_sign_raw', `{"alg":"${algorithm}"}`, '{}', JSON.stringify(jwk))).toBe(token);
  });
});

describe('algorithm confusion', () => {
  test.each([CERTIFICATE, publicPem('RS')])('public keys and certificates are never accepted as secrets', (pem) => {
    const forged = withSecret({ alg: 'HS256' }, { sub: 'admin' }, pem);
    expect(() => call('io.jwt.verify_hs256', forged, pem)).toThrow('must not be used as a shared secret');
    expect(() => call('io.jwt.decode_verify', forged, { secret: pem })).toThrow('must not be used as a shared secret');
    expect(call('io.jwt.decode_verify', forged, { cert: pem })).toEqual(UNVERIFIED);
    expect(call('io.jwt.verify_rs256', forged, pem)).toBe(false);
  });

  test.each(['none', 'None', '', 'HS1', 'constructor', '__proto__'])('algorithm %j is unknown', (alg) => {
    const token = `${unsigned(`{"alg":"${alg}"}`, {})}.`;
    expect(call('io.jwt.decode_verify', token, { cert: publicPem('RS') })).toEqual(UNVERIFIED);
    expect(call('io.jwt.decode_verify', token, { secret: 'secret' })).toEqual(UNVERIFIED);
    expect(() => call('io.jwt.encode_sign', { alg }, {}, { kty: 'oct', k: 'AAAA' })).toThrow('unknown JWS algorithm');
  });

  test('a token signed with a private key cannot be verified with a secret', () => {
    expect(call('io.jwt.decode_verify', signedBy('RS256'), { secret: 'secret' })).toEqual(UNVERIFIED);
  });

  test('a curve is valid only for its own algorithm', () => {
    const jwk = privateJwk('ES384');
    expect(() => call('io.jwt.encode_sign', { alg: 'ES256' }, {}, jwk)).toThrow('the key cannot sign with ES256');
    const text = unsigned({ alg: 'ES256' }, {});
    const signature = sign('sha256', Buffer.from(text), {
      key: keyPairOf('ES384').privateKey,
      dsaEncoding: 'ieee-p1363',
    });
    expect(call('io.jwt.verify_es256', `${text}.${signature.toString('base64url')}`, publicPem('ES384'))).toBe(false);
  });

  test.each([
    ['that is too small', generateKeyPairSync('rsa', { modulusLength: 512 }).publicKey.export({ format: 'jwk' })],
    ['that is too large', { kty: 'RSA', n: Buffer.alloc(2_500, 0xff).toString('base64url'), e: 'AQAB' }],
    ['with a huge exponent', { kty: 'RSA', n: Buffer.alloc(256, 0xff).toString('base64url'), e: '_'.repeat(340) }],
    ['with the exponent 1', { kty: 'RSA', n: Buffer.alloc(256, 0xff).toString('base64url'), e: 'AQ' }],
  ])('an RSA key %s does not verify signatures', (_name, jwk) => {
    expect(call('io.jwt.verify_rs256', signedBy('RS256'), JSON.stringify(jwk))).toBe(false);
  });
});

describe('verification keys', () => {
  const token = signedBy('RS256');

  test('a certificate verifies tokens signed with its key', () => {
    const [jwkToken] = [withCertificateKey()];
    expect(call('io.jwt.verify_rs256', jwkToken, CERTIFICATE)).toBe(true);
    expect(call('io.jwt.decode_verify', jwkToken, { cert: CERTIFICATE })).toEqual(VERIFIED);
    expect(call('io.jwt.verify_rs256', token, CERTIFICATE)).toBe(false);
  });

  function withCertificateKey(): string {
    const text = unsigned({ alg: 'RS256' }, {});
    return `${text}.${sign('sha256', Buffer.from(text), CERTIFICATE_KEY).toString('base64url')}`;
  }

  test('only the key with a matching kid is tried', () => {
    const named = signedBy('RS256', {}, { kid: 'a' });
    const keys = (id: string): string =>
      `{"keys":[${publicJwk('ES256', { kid: id })},${publicJwk('RS', { kid: 'b' })}]}`;
    expect(call('io.jwt.verify_rs256', named, keys('a'))).toBe(false);
    expect(call('io.jwt.verify_rs256', named, keys('c'))).toBe(true);
    expect(call('io.jwt.decode_verify', named, { cert: keys('a') })).toEqual(UNVERIFIED);
  });

  test.each([
    ['text after the block', `${CERTIFICATE}more`, 'extra data after a PEM certificate block'],
    ['a different block', CERTIFICATE_KEY, 'failed to extract a Key from the PEM certificate'],
    [
      'a damaged certificate',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      'failed to parse a PEM certificate: x509',
    ],
    [
      'a damaged key',
      '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n',
      'failed to parse a PEM public key: x509',
    ],
    ['invalid JSON', 'x', 'failed to parse a JWK key (set)'],
    ['JSON that is not an object', '[]', 'failed to parse a JWK key (set)'],
    ['a missing key type', '{}', 'failed to parse a JWK key (set): failed to unmarshal JWK: could not find "kty"'],
    ['an unknown key type', '{"kty":"x"}', 'failed to parse a JWK key (set)'],
    ['a missing member', '{"kty":"RSA","e":"AQAB"}', 'required field "n" is missing'],
    ['a member that is not base64', '{"kty":"RSA","n":"*","e":"AQAB"}', '"n" must be base64url'],
    [
      'a point that is not on the curve',
      '{"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"}',
      'failed to parse a JWK key (set)',
    ],
    ['an unknown curve', '{"kty":"EC","crv":"secp256k1","x":"AQ","y":"AQ"}', 'unsupported curve'],
  ])('%s is refused', (_name, key, message) => {
    expect(() => call('io.jwt.verify_rs256', token, key)).toThrow(message);
    expect(() => call('io.jwt.decode_verify', token, { cert: key })).toThrow(message);
  });

  test('verification with many keys stops when the budget is spent', () => {
    const keys = `{"keys":[${Array.from({ length: 600 }, () => publicJwk('RS')).join()}]}`;
    const other = signedBy('RS256').replace(/\.[^.]*$/u, `.${'A'.repeat(342)}`);
    const started = processorMs();
    expect(() => raw('io.jwt.verify_rs256', [other, keys], 10)).toThrow(LimitExceeded);
    expect(processorMs() - started).toBeLessThan(5_000);
  });
});

describe('io.jwt.decode_verify', () => {
  const check = (payload: object, constraints: object = {}, header: object = {}): unknown =>
    call('io.jwt.decode_verify', withSecret({ alg: 'HS256', ...header }, payload), {
      secret: 'secret',
      ...constraints,
    });

  test.each([
    ['the issuer', { iss: 'a' }, { iss: 'a' }, true],
    ['a different issuer', { iss: 'a' }, { iss: 'b' }, false],
    ['no issuer', {}, { iss: 'a' }, false],
    ['an issuer that is not a string', { iss: 1 }, { iss: '1' }, false],
    ['an issuer that is not required', { iss: 'a' }, {}, true],
    ['the audience', { aud: 'a' }, { aud: 'a' }, true],
    ['one of the audiences', { aud: ['b', 'a'] }, { aud: 'a' }, true],
    ['other audiences', { aud: ['b', 1] }, { aud: 'a' }, false],
    ['an audience that is not required', { aud: 'a' }, {}, false],
    ['no audience', {}, { aud: 'a' }, false],
    ['not yet expired', { exp: NOW_SECONDS + 1 }, {}, true],
    ['expired this second', { exp: NOW_SECONDS }, {}, false],
    ['expired by a fraction', { exp: NOW_SECONDS - 0.25 }, {}, false],
    ['valid from this second', { nbf: NOW_SECONDS }, {}, true],
    ['valid a fraction later', { nbf: NOW_SECONDS + 0.25 }, {}, false],
    ['expired at the specified time', { exp: 10 }, { time: 10_000_000_000 }, false],
    ['not expired at the specified time', { exp: 10.5 }, { time: 10_000_000_000 }, true],
  ])('%s', (_name, payload, constraints, expected) => {
    expect(check(payload, constraints)).toEqual(expected ? [true, { alg: 'HS256' }, payload] : UNVERIFIED);
  });

  test.each([
    [{ exp: 'x' }, {}, 'exp value must be a number'],
    [{ nbf: null }, {}, 'nbf value must be a number'],
    [{}, { iss: 1 }, 'iss constraint: must be a string'],
    [{}, { cert: 1 }, 'cert constraint: must be a string'],
    [{}, { secret: 1 }, 'secret constraint: must be a string'],
    [{}, { time: 'x' }, 'token time constraint: must be a number'],
    [{}, { time: -1 }, 'token time constraint: must not be negative'],
    [{}, { other: 1 }, 'unknown token validation constraint: other'],
    [{}, { cert: CERTIFICATE }, 'duplicate key constraints'],
    [{}, { secret: '' }, 'no key constraint'],
  ])('payload %j with %j is refused', (payload, constraints, message) => {
    expect(() => check(payload, constraints)).toThrow(message);
  });

  test.each([
    ['an unknown critical parameter', { crit: ['x'], x: 1 }, false],
    ['known critical parameters', { crit: ['kid'], kid: 'a' }, true],
  ])('%s', (_name, header, expected) => {
    expect(check({}, {}, header)).toEqual(expected ? VERIFIED : UNVERIFIED);
  });

  test.each([
    [{ crit: 1 }, 'crit: must be a list'],
    [{ crit: [] }, 'crit: must be a nonempty list'],
    [{ kid: 1 }, 'kid: must be a string'],
    [{ alg: 1 }, 'alg: must be a string'],
  ])('header %j is refused', (header, message) => {
    expect(() => check({}, {}, header)).toThrow(message);
  });

  test('every level of a nested token must have a valid signature', () => {
    const outer = (inner: string): string => withSecret({ alg: 'HS256', cty: 'jwt' }, inner);
    const good = outer(withSecret({ alg: 'HS256' }, { sub: 'a' }));
    const forged = outer(withSecret({ alg: 'HS256' }, { sub: 'a' }, 'other'));
    expect(call('io.jwt.decode_verify', good, { secret: 'secret' })).toEqual([true, { alg: 'HS256' }, { sub: 'a' }]);
    expect(call('io.jwt.decode_verify', forged, { secret: 'secret' })).toEqual(UNVERIFIED);
  });
});

describe('io.jwt.encode_sign', () => {
  const SECRET = { kty: 'oct', k: base64url('secret') };

  test('sorts members and escapes text as Go does', () => {
    const token = encode({ typ: 'JWT', alg: 'HS256' }, { b: '<&>', a: [1, 1e3] }, SECRET);
    const [header, payload] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
    expect([header, payload]).toEqual([
      '{"alg":"HS256","typ":"JWT"}',
      String.raw`{"a":[1,1000],"b":"\u003c\u0026\u003e"}`,
    ]);
  });

  test('a value that expands exponentially is refused', () => {
    let payload: Value = 'x';
    for (let depth = 0; depth < 60; depth++) {
      payload = [payload, payload];
    }
    const args = [{ alg: 'HS256' }, {}, SECRET].map((argument) => fromJson(argument));
    args[1] = RegoObject.of([['p', payload]]);
    expect(() => raw('io.jwt.encode_sign', args)).toThrow('the JSON to sign is longer than');
  });

  test('raw text is signed unchanged', () => {
    const token = call(
      'io.jwt.encode_sign_raw',
      '{ "alg":"HS256" }',
      '{"b":1, "a":2}',
      JSON.stringify({ keys: [SECRET] }),
    );
    expect(token).toBe(withSecret('{ "alg":"HS256" }', '{"b":1, "a":2}'));
  });

  test('a payload that is not JSON requires an explicit typ header', () => {
    const encode = (header: object): unknown =>
      call('io.jwt.encode_sign_raw', JSON.stringify(header), 'text', JSON.stringify(SECRET));
    expect(() => encode({ alg: 'HS256', typ: 'JWT' })).toThrow('type is JWT but payload is not JSON');
    expect(() => encode({ alg: 'HS256' })).toThrow('type is JWT but payload is not JSON');
    expect(encode({ alg: 'HS256', typ: 'text/plain' })).toBe(withSecret('{"alg":"HS256","typ":"text/plain"}', 'text'));
  });

  test.each([
    ['', SECRET, "missing or invalid 'alg' header: cannot parse JSON: cannot parse empty string"],
    ['{}', SECRET, 'missing or invalid \'alg\' header: jwsbb: header "alg" not found'],
    ['[]', SECRET, 'missing or invalid \'alg\' header: jwsbb: header "alg" not found'],
    ['{', SECRET, "missing or invalid 'alg' header: cannot parse JSON"],
    ['{"alg":1}', SECRET, "missing or invalid 'alg' header"],
    ['{"alg":"x"}', SECRET, 'unknown JWS algorithm: x'],
    ['{"alg":"RS256"}', SECRET, 'the key cannot sign with RS256'],
    ['{"alg":"HS256"}', { keys: [] }, 'no keys found in JWK set'],
    ['{"alg":"HS256"}', { kty: 'x' }, 'failed to unmarshal JWK'],
    ['{"alg":"RS256"}', JSON.parse(publicJwk('RS')), 'the key cannot sign with RS256'],
    ['{"alg":"HS256"}', privateJwk('RS'), 'the key cannot sign with HS256'],
    ['{"alg":"RS256"}', { ...privateJwk('RS'), p: 'Aw' }, 'crypto/rsa: invalid modulus'],
  ])('header %s with key %j is refused', (header, key, message) => {
    expect(() => call('io.jwt.encode_sign_raw', header, '{}', JSON.stringify(key))).toThrow(message);
  });

  test('a key that is too slow to use is refused', () => {
    // A 4102-bit key that is consistent although its factors are not prime.
    const [p, q] = [2n ** 2050n + 1n, 2n ** 2051n + 1n];
    const d = inverse(65_537n, (p - 1n) * (q - 1n)) ?? 0n;
    const members = Object.entries({ n: p * q, e: 65_537n, d, p, q });
    const jwk = Object.fromEntries(members.map(([name, value]) => [name, bytesOf(value).toString('base64url')]));
    const sign = (): unknown => call('io.jwt.encode_sign', { alg: 'RS256' }, {}, { kty: 'RSA', ...jwk });
    expect(sign).toThrow('must have 1024 to 4096 bits');
  });

  test('an RSA key can omit members that can be derived from the others', () => {
    const { kty, n, e, d, p, q } = privateJwk('RS');
    const token = call('io.jwt.encode_sign', { alg: 'RS256' }, {}, { kty, n, e, d, p, q });
    expect(call('io.jwt.verify_rs256', token, publicPem('RS'))).toBe(true);
  });
});
