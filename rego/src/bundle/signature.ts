import { Buffer } from 'node:buffer';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { ALGORITHMS, isSignature, type SignatureKey } from '../builtins/jwt/algorithms.js';
import { isJsonObject, type JsonObject } from './merge-data.js';
import type { BundleFile } from './read-tar.js';
import { fileDigest, isDigestAlgorithm } from './structured-digest.js';

export const SIGNATURES_FILE = '.signatures.json';

/** A key for bundle signatures. */
export interface BundleKey {
  readonly id: string;
  /** The algorithm as RFC 7518 names it, such as `RS256`, `ES256` or `HS256`. Signatures with a different algorithm are invalid. */
  readonly algorithm: string;
  /** The public key as PEM, or the secret of an HMAC algorithm. */
  readonly key: string;
  /** The `scope` that signatures must have; `null` to accept any scope. */
  readonly scope: string | null;
}

/** An error in a signature; `file` is the affected file. */
export interface SignatureFault {
  readonly file: string;
  readonly message: string;
}

export type SignatureVerdict =
  { readonly ok: true; readonly keyId: string } | { readonly ok: false; readonly faults: readonly SignatureFault[] };

/** The name and digest of a file that the signature covers. */
interface SignedFile {
  readonly name: string;
  readonly hash: string;
  readonly algorithm: string;
}

interface Payload {
  readonly files: readonly SignedFile[];
  readonly keyId: string;
  readonly scope: string;
}

/** Options that override how a bundle's signature is verified. */
export interface SignatureOptions {
  /** The key to verify with. By default, this is the key that the signature names, or the only key. */
  readonly keyId?: string;
  /** Returns whether the verification skips a file, even if the signature covers it. */
  readonly isExcluded?: (path: string) => boolean;
}

/** Returns whether the files include a signature. */
export function isSigned(files: readonly BundleFile[]): boolean {
  return files.some(({ path }) => path === SIGNATURES_FILE);
}

/**
 * Verifies the signature of a bundle as OPA defines it (docs, "Bundle signing"). One of the keys must have signed the only JWS in
 * `.signatures.json`, which must list the names and digests of exactly the other files.
 * @param files including `.signatures.json`.
 */
export function verifyBundleSignature(
  files: readonly BundleFile[],
  keys: readonly BundleKey[],
  options: SignatureOptions = {},
): SignatureVerdict {
  const file = files.find(({ path }) => path === SIGNATURES_FILE);
  const token = file === undefined ? null : tokenOf(file.bytes);
  if (token === null)
    return refused(
      'The file must contain exactly one signature, {"signatures": ["<JWS>"]}, and must not name a plugin.',
    );
  const key = keyOf(token, keys, options.keyId);
  if (key === null) return refused('The "kid" of the signature does not name a known key.');
  const header = headerOf(token);
  if (header?.['alg'] !== key.algorithm) return refused(`The key "${key.id}" signs with ${key.algorithm} only.`);
  // RFC 7515 §4.1.11: a critical header that is not understood makes the token invalid.
  if (header['crit'] !== undefined) return refused('The signature has a critical header that is not supported.');
  if (!isSignedBy(token, key)) return refused(`The signature was not created with the key "${key.id}".`);
  const payload = payloadOf(token);
  if (payload === null) return refused('The payload of the signature does not list the files of the bundle.');
  if (key.scope !== null && payload.scope !== key.scope) return refused(`The signature's scope is not "${key.scope}".`);
  const faults = differences(files, payload.files, options.isExcluded ?? (() => false));
  return faults.length === 0 ? { ok: true, keyId: key.id } : { ok: false, faults };
}

function refused(message: string): SignatureVerdict {
  return { ok: false, faults: [{ file: SIGNATURES_FILE, message }] };
}

/** The plugin names that `opa sign` writes when it does not use a plugin. */
const PLUGINS: ReadonlySet<unknown> = new Set(['', '_default']);

function tokenOf(bytes: Uint8Array): string | null {
  const content = jsonOf(bytes);
  if (content === null || !PLUGINS.has(content['plugin'] ?? '')) return null;
  const { signatures } = content as { signatures?: unknown };
  if (!Array.isArray(signatures) || signatures.length !== 1) return null;
  const [token] = signatures as unknown[];
  return typeof token === 'string' ? token : null;
}

/**
 * Returns the key that a signature names in its header (or, for signatures of earlier OPA versions, in its payload), or the only key if the
 * signature does not name one.
 */
function keyOf(token: string, keys: readonly BundleKey[], wanted: string | undefined): BundleKey | null {
  if (wanted !== undefined && wanted !== '') return keys.find(({ id }) => id === wanted) ?? null;
  const header = headerOf(token);
  if (header === null) return null;
  const named = header['kid'] ?? payloadOf(token)?.keyId;
  if (named === undefined || named === '') return keys.length === 1 ? (keys[0] ?? null) : null;
  return keys.find(({ id }) => id === named) ?? null;
}

function isSignedBy(token: string, { algorithm: name, key }: BundleKey): boolean {
  const algorithm = ALGORITHMS.get(name);
  const [header, payload, signature, ...more] = token.split('.');
  if (algorithm === undefined || header === undefined || payload === undefined || signature === undefined) return false;
  if (more.length > 0 || !isBase64Url(signature)) return false;
  const material: SignatureKey | null =
    algorithm.keyKind === 'secret' ? { kind: 'secret', bytes: Buffer.from(key) } : publicKey(key);
  if (material === null) return false;
  return isSignature(algorithm, material, Buffer.from(`${header}.${payload}`), Buffer.from(signature, 'base64url'));
}

const KINDS: Readonly<Record<string, 'rsa' | 'ec' | 'ed25519'>> = { rsa: 'rsa', ec: 'ec', ed25519: 'ed25519' };

function publicKey(pem: string): SignatureKey | null {
  let keyObject: KeyObject;
  try {
    keyObject = createPublicKey(pem);
  } catch {
    return null;
  }
  const kind = KINDS[keyObject.asymmetricKeyType ?? ''];
  return kind === undefined ? null : { kind, keyObject };
}

function headerOf(token: string): JsonObject | null {
  return jsonOf(Buffer.from(token.split('.')[0] ?? '', 'base64url'));
}

function payloadOf(token: string): Payload | null {
  const content = jsonOf(Buffer.from(token.split('.')[1] ?? '', 'base64url'));
  if (content === null || !Array.isArray(content['files'])) return null;
  const { keyid, scope } = content as { keyid?: unknown; scope?: unknown };
  const files = (content['files'] as unknown[]).map(signedFile);
  if (!isTextOrNone(keyid) || !isTextOrNone(scope) || files.includes(null)) return null;
  return { files: files.filter((file) => file !== null), keyId: keyid ?? '', scope: scope ?? '' };
}

function signedFile(value: unknown): SignedFile | null {
  if (!isJsonObject(value)) return null;
  const { name, hash, algorithm = '' } = value as { name?: unknown; hash?: unknown; algorithm?: unknown };
  const isWhole = typeof name === 'string' && typeof hash === 'string' && typeof algorithm === 'string';
  return isWhole ? { name, hash, algorithm } : null;
}

function differences(
  files: readonly BundleFile[],
  signed: readonly SignedFile[],
  isExcluded: (path: string) => boolean,
): SignatureFault[] {
  const faults: SignatureFault[] = [];
  const expected = new Map(signed.map((file) => [file.name.replace(/^\/+/, ''), file]));
  for (const { path, bytes } of files) {
    if (path === SIGNATURES_FILE) continue;
    const entry = expected.get(path);
    expected.delete(path);
    const message = isExcluded(path) ? null : faultOf(path, bytes, entry);
    if (message !== null) faults.push({ file: path, message });
  }
  for (const name of expected.keys()) {
    if (isExcluded(name)) continue;
    faults.push({
      file: name.slice(0, 255),
      message: 'The signature covers this file, but the bundle does not contain it.',
    });
  }
  return faults;
}

function faultOf(path: string, bytes: Uint8Array, entry: SignedFile | undefined): string | null {
  if (entry === undefined) return 'The signature does not cover this file.';
  if (!isDigestAlgorithm(entry.algorithm)) return 'The digest must be SHA-256, SHA-384 or SHA-512.';
  return hasDigest(path, bytes, entry) ? null : 'The digest of this file differs from the digest in the signature.';
}

function hasDigest(path: string, bytes: Uint8Array, entry: SignedFile): boolean {
  try {
    return fileDigest(entry.algorithm, path, bytes) === entry.hash.toLowerCase();
  } catch {
    // A malformed structured file. Reading the bundle reports the error.
    return false;
  }
}

const isTextOrNone = (value: unknown): value is string | null | undefined =>
  value === undefined || value === null || typeof value === 'string';

/** Returns whether a string contains only base64url characters (RFC 7515 §2). Node's decoder would skip any other characters. */
const isBase64Url = (text: string): boolean => /^[\w-]*$/.test(text);

function jsonOf(bytes: Uint8Array): JsonObject | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
