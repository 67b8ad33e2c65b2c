import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { fileDigest } from '@coresdk/rego/bundle';
import { CompactSign } from 'jose';
import type { PolicyKey } from '../contract/policy-bundles.types';
import { Faults } from '../domain/faults';
import { normalizeKey } from '../domain/policy-key';
import { verifySignature } from './verify-signature';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const ed = generateKeyPairSync('ed25519');

const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }) as string;
const keyOf = (
  publicKey: KeyObject,
  algorithm: PolicyKey['algorithm'],
  members: Partial<PolicyKey> = {},
): PolicyKey => ({
  id: 'k1',
  algorithm,
  publicKey: pem(publicKey),
  scope: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  ...members,
});

const CONTENT: Readonly<Record<string, string>> = {
  'authz.rego': 'package authz\n',
  'data.json': '{"b": 1.0, "a": [true, null, "<x>"]}',
  '.manifest': '{"revision": "1", "roots": [""]}',
};
const files = (content = CONTENT) =>
  Object.entries(content).map(([path, text]) => ({ path, bytes: Buffer.from(text) }));
const listed = (algorithm = 'SHA-256', content = CONTENT) =>
  files(content).map(({ path, bytes }) => ({ name: path, hash: fileDigest(algorithm, path, bytes), algorithm }));

interface Signing {
  readonly alg?: string;
  readonly kid?: string | null;
  readonly payload?: object;
}

async function signed(
  key: KeyObject | Uint8Array,
  { alg = 'RS256', kid = 'k1', payload = {} }: Signing = {},
): Promise<string> {
  const body = Buffer.from(JSON.stringify({ files: listed(), ...payload }));
  return new CompactSign(body).setProtectedHeader({ alg, ...(kid === null ? {} : { kid }) }).sign(key);
}

async function verdict(
  token: string | null,
  keys: readonly PolicyKey[],
  { content = CONTENT, file }: { readonly content?: typeof CONTENT; readonly file?: string } = {},
): Promise<string | null | readonly string[]> {
  const faults = new Faults();
  const signature = file ?? (token === null ? undefined : JSON.stringify({ signatures: [token] }));
  const all = signature === undefined ? files(content) : files({ ...content, '.signatures.json': signature });
  const by = verifySignature(all, keys, faults);
  return faults.any ? faults.list.map(({ code, file: where }) => `${code} ${where}`) : by;
}

const REFUSED = ['signature_invalid .signatures.json'];

describe('the digest of a file', () => {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const digest = (path: string, text: string): string => fileDigest('SHA-256', path, Buffer.from(text));

  it('covers the bytes, unless the file is a structured document', () => {
    for (const path of ['x.rego', 'x.json', 'data.yml', 'a/.manifest.rego'])
      expect(digest(path, '{ }')).toBe(sha256('{ }'));
  });

  it.each([
    ['{"b": 1, "a": 2}', '{"a":2,"b":1}'],
    ['{"a": [ 1.0, 1e3, -0, 12345678901234567890 ]}', '{"a":[1.0,1e3,-0,12345678901234567890]}'],
    ['{"t": "<&>\\u2028\\u00e9\\u0001\\/\\b"}', '{"t":"<&>\\u2028é\\u0001/\\b"}'],
    ['{"\\ud83d\\ude00": 1, "\\uffee": 2}', '{"\uffee":2,"\u{1f600}":1}'],
    ['{"a": "\\ud800"}', '{"a":"\ufffd"}'],
    ['{"a": 1, "a": 2}', '{"a":2}'],
    ['{"__proto__": {"x": 1}}', '{"__proto__":{"x":1}}'],
    ['\uFEFF[true, false, null]', '[true,false,null]'],
    ['"alone"', '"alone"'],
  ])('of the document %s equals the digest of %s', (text, canonical) => {
    expect(digest('a/b/data.json', text)).toBe(sha256(canonical));
  });

  it('of a YAML file equals the digest of its content as JSON', () => {
    expect(digest('data.yaml', 'b: [1, yes]\na: x\n')).toBe(sha256('{"a":"x","b":[1,true]}'));
  });
});

describe('the signature of a bundle', () => {
  it.each<[PolicyKey['algorithm'], KeyObject, KeyObject]>([
    ['RS256', rsa.privateKey, rsa.publicKey],
    ['RS512', rsa.privateKey, rsa.publicKey],
    ['PS384', rsa.privateKey, rsa.publicKey],
    ['ES256', p256.privateKey, p256.publicKey],
    ['ES384', p384.privateKey, p384.publicKey],
    ['EdDSA', ed.privateKey, ed.publicKey],
  ])('with %s is valid, and names its key', async (alg, privateKey, publicKey) => {
    expect(await verdict(await signed(privateKey, { alg }), [keyOf(publicKey, alg)])).toBe('k1');
  });

  it.each(['SHA-384', 'SHA-512', 'SHA-512-256'])('can use %s digests', async (algorithm) => {
    const token = await signed(rsa.privateKey, { payload: { files: listed(algorithm) } });
    expect(await verdict(token, [keyOf(rsa.publicKey, 'RS256')])).toBe('k1');
  });

  it('can name its key in the payload, as older OPA versions do, or omit it if there is only one key', async () => {
    const keys = [keyOf(other.publicKey, 'RS256', { id: 'k0' }), keyOf(rsa.publicKey, 'RS256')];
    const inPayload = await signed(rsa.privateKey, { kid: null, payload: { keyid: 'k1' } });
    expect(await verdict(inPayload, keys)).toBe('k1');
    const unnamed = await signed(rsa.privateKey, { kid: null });
    expect(await verdict(unnamed, keys)).toEqual(REFUSED);
    expect(await verdict(unnamed, keys.slice(1))).toBe('k1');
    expect(await verdict(await signed(rsa.privateKey, { kid: 'k9' }), keys)).toEqual(REFUSED);
  });

  it('can name the plugin that `opa sign` names', async () => {
    const file = JSON.stringify({ signatures: [await signed(rsa.privateKey)], plugin: '_default' });
    expect(await verdict(null, [keyOf(rsa.publicKey, 'RS256')], { file })).toBe('k1');
  });

  it('is required if the tenant has a key, and refused if it does not', async () => {
    expect(await verdict(null, [])).toBeNull();
    expect(await verdict(null, [keyOf(rsa.publicKey, 'RS256')])).toEqual(['signature_invalid ']);
    expect(await verdict(await signed(rsa.privateKey), [])).toEqual(REFUSED);
  });

  it('is refused if it was made with a different key, covers different content or is truncated', async () => {
    const keys = [keyOf(rsa.publicKey, 'RS256')];
    const token = await signed(rsa.privateKey);
    expect(await verdict(await signed(other.privateKey), keys)).toEqual(REFUSED);
    const [header, , signature] = token.split('.');
    const forged = Buffer.from(JSON.stringify({ files: [] })).toString('base64url');
    expect(await verdict(`${header}.${forged}.${signature}`, keys)).toEqual(REFUSED);
    for (const bad of ['', 'x', 'a.b.c', `${token}x`, token.slice(0, -10), `${header}..${signature}`]) {
      expect(await verdict(bad, keys)).toEqual(REFUSED);
    }
  });

  it("uses the key's algorithm, never the token's", async () => {
    const keys = [keyOf(rsa.publicKey, 'RS256')];
    expect(await verdict(await signed(rsa.privateKey, { alg: 'PS256' }), keys)).toEqual(REFUSED);
    // A classic attack: the public key as an HMAC secret.
    const hmac = await signed(Buffer.from(pem(rsa.publicKey)), { alg: 'HS256' });
    expect(await verdict(hmac, keys)).toEqual(REFUSED);
    const [, payload] = (await signed(rsa.privateKey)).split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none', kid: 'k1' })).toString('base64url');
    expect(await verdict(`${none}.${payload}.`, keys)).toEqual(REFUSED);
  });

  it('must have the scope of its key, if the key has one', async () => {
    const scoped = [keyOf(rsa.publicKey, 'RS256', { scope: 'write' })];
    expect(await verdict(await signed(rsa.privateKey, { payload: { scope: 'write' } }), scoped)).toBe('k1');
    expect(await verdict(await signed(rsa.privateKey, { payload: { scope: 'read' } }), scoped)).toEqual(REFUSED);
    expect(await verdict(await signed(rsa.privateKey), scoped)).toEqual(REFUSED);
    const token = await signed(rsa.privateKey, { payload: { scope: 'read' } });
    expect(await verdict(token, [keyOf(rsa.publicKey, 'RS256')])).toBe('k1');
  });

  it('must cover exactly the files of the bundle, unchanged', async () => {
    const keys = [keyOf(rsa.publicKey, 'RS256')];
    const token = await signed(rsa.privateKey);
    const change = (path: string, text: string) => verdict(token, keys, { content: { ...CONTENT, [path]: text } });
    expect(await change('authz.rego', 'package authz\nallow := true')).toEqual(['signature_invalid authz.rego']);
    expect(await change('data.json', '{"a": [true, null, "<x>"], "b": 1}')).toEqual(['signature_invalid data.json']);
    expect(await change('data.json', '{"a":[true,null,"<x>"],"b":1.0}')).toBe('k1');
    expect(await change('extra.rego', 'package extra')).toEqual(['signature_invalid extra.rego']);
    expect(await change('README', 'x')).toEqual(['signature_invalid README']);
    const { '.manifest': _, ...fewer } = CONTENT;
    expect(await verdict(token, keys, { content: fewer })).toEqual(['signature_invalid .manifest']);
  });

  it.each(['MD5', 'SHA-1', 'none', '', '__proto__', 'toString'])('cannot use %j digests', async (algorithm) => {
    const payload = { files: listed().map((file) => ({ ...file, algorithm })) };
    const token = await signed(rsa.privateKey, { payload });
    expect(await verdict(token, [keyOf(rsa.publicKey, 'RS256')])).toHaveLength(3);
  });

  it.each([
    '',
    '{}',
    '[]',
    '{"signatures": []}',
    '{"signatures": "x"}',
    '{"signatures": ["a", "b"]}',
    '{"signatures": ["a"], "plugin": "mine"}',
  ])('is refused when its file is %j', async (file) => {
    expect(await verdict(null, [keyOf(rsa.publicKey, 'RS256')], { file })).toEqual(REFUSED);
  });

  it('is refused when its payload does not list any files', async () => {
    const token = await signed(rsa.privateKey, { payload: { files: undefined } });
    expect(await verdict(token, [keyOf(rsa.publicKey, 'RS256')])).toEqual(REFUSED);
  });
});

describe('a key', () => {
  it('is stored in a normalized form', () => {
    const sent = `\n${pem(rsa.publicKey)}\n`;
    expect(normalizeKey({ algorithm: 'RS256', publicKey: sent, scope: null })).toEqual({ pem: pem(rsa.publicKey) });
  });

  it.each<[string, PolicyKey['algorithm'], string]>([
    ['a private key', 'RS256', rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string],
    ['a PKCS #1 key', 'RS256', rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }) as string],
    ['a short RSA key', 'RS256', pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey)],
    ['an EC key for RS256', 'RS256', pem(p256.publicKey)],
    ['an RSA key for ES256', 'ES256', pem(rsa.publicKey)],
    ['a different curve', 'ES256', pem(p384.publicKey)],
    ['an RSA key for EdDSA', 'EdDSA', pem(rsa.publicKey)],
    ['a key for key agreement', 'EdDSA', pem(generateKeyPairSync('x25519').publicKey)],
    ['nothing', 'RS256', ''],
    ['no key in the PEM', 'RS256', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'],
  ])('is refused for %s', (_what, algorithm, publicKey) => {
    expect(typeof normalizeKey({ algorithm, publicKey, scope: null })).toBe('string');
  });
});
