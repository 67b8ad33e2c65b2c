import { Buffer } from 'buffer';
import { createECDH, createPrivateKey, createPublicKey } from 'node:crypto';
import { bytesOf, integerOfBytes, inverse } from './big-integers.js';
import { constructedContextTag, DerReader, oidText, TAG } from './der.js';
import { fail, messageOf } from './fail.js';
import { bytesJson, type Json, type JsonObject } from './json-tree.js';
import { curveByOid, OID, type Curve } from './oids.js';

export interface RsaPrivateKey {
  readonly kind: 'rsa';
  readonly modulus: bigint;
  readonly exponent: bigint;
  readonly privateExponent: bigint;
  /** Two primes, or more in rare multi-prime keys. */
  readonly primes: readonly bigint[];
}
export interface EcPrivateKey {
  readonly kind: 'ec';
  readonly curve: Curve;
  readonly x: bigint;
  readonly y: bigint;
  readonly secret: bigint;
}
export interface Ed25519PrivateKey {
  readonly kind: 'ed25519';
  readonly seed: Buffer;
  readonly publicBytes: Buffer;
}
export interface X25519PrivateKey {
  readonly kind: 'x25519';
}
export type PrivateKey = RsaPrivateKey | EcPrivateKey | Ed25519PrivateKey | X25519PrivateKey;

const MAX_PRIMES = 5;
const SEED_BYTES = 32;
/** RFC 8410 §7: the bytes before the 32 bytes of an Ed25519 key in PKCS #8. */
const ED25519_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * Parses an RSA key in PKCS #1 format (RFC 8017, appendix A.1.2) and checks its consistency as Go does. Does not test whether the factors
 * are prime.
 */
export function parsePkcs1(der: Buffer): RsaPrivateKey {
  const fault = 'x509: failed to parse private key (use ParsePKCS8PrivateKey instead for this key format)';
  const outer = new DerReader(der);
  const sequence = outer.read(TAG.sequence, "asn1: structure error: tags don't match (pkcs1PrivateKey)");
  const version = sequence.readSmallInteger(fault);
  if (!outer.isEmpty) {
    return fail('asn1: syntax error: trailing data');
  }
  if (version > 1) {
    return fail('x509: unsupported private key version');
  }
  const read = (): bigint => sequence.readInteger(fault);
  const [modulus, exponent, privateExponent] = [read(), read(), read()];
  const primes = [read(), read()];
  for (const precomputed of ['dP', 'dQ', 'qInv']) {
    sequence.readInteger(`${fault}: ${precomputed}`); // Not used: these values follow from the others.
  }
  const others = version === 1 ? sequence.readOptional(TAG.sequence, fault) : undefined;
  while (others !== undefined && !others.isEmpty && primes.length < MAX_PRIMES) {
    primes.push(others.read(TAG.sequence, fault).readInteger(fault));
  }
  const key: RsaPrivateKey = { kind: 'rsa', modulus, exponent, privateExponent, primes };
  checkRsa(key);
  return key;
}

/** Throws unless the product of the primes is the modulus and the exponents are inverse to each other. */
export function checkRsa({ modulus, exponent, privateExponent, primes }: RsaPrivateKey): void {
  if (modulus <= 0n || privateExponent <= 0n || exponent <= 0n || primes.some((prime) => prime <= 0n)) {
    fail('x509: private key contains zero or negative value');
  }
  if (primes.some((prime) => prime === 1n)) {
    fail('crypto/rsa: invalid prime value');
  }
  if (primes.reduce((product, prime) => product * prime, 1n) !== modulus) {
    fail('crypto/rsa: invalid modulus');
  }
  if (primes.some((prime) => (exponent * privateExponent) % (prime - 1n) !== 1n % (prime - 1n))) {
    fail('crypto/rsa: invalid exponents');
  }
}

/** Parses a key in PKCS #8 format (RFC 5208): RSA, EC, Ed25519 or X25519. */
export function parsePkcs8(der: Buffer): PrivateKey {
  const fault = "asn1: structure error: tags don't match (pkcs8)";
  const sequence = new DerReader(der).read(TAG.sequence, fault);
  sequence.readSmallInteger(fault);
  const identifier = sequence.read(TAG.sequence, fault);
  const oid = oidText(identifier.readOid(fault));
  const key = sequence.readBytes(TAG.octetString, fault);
  switch (oid) {
    case OID.rsaKey:
      return wrapped('RSA', () => parsePkcs1(key));
    case OID.ecKey: {
      const curve = identifier.nextIs(TAG.oid) ? oidText(identifier.readOid(fault)) : undefined;
      return wrapped('EC', () => parseSec1(key, curve));
    }
    case OID.ed25519:
      return ed25519Key(key);
    case OID.x25519:
      return { kind: 'x25519' };
    default:
      return fail(`x509: PKCS#8 wrapping contained private key with unknown algorithm: ${oid}`);
  }
}

function wrapped<K>(kind: string, parse: () => K): K {
  try {
    return parse();
  } catch (error) {
    return fail(`x509: failed to parse ${kind} private key embedded in PKCS#8: ${messageOf(error)}`);
  }
}

function ed25519Key(der: Buffer): Ed25519PrivateKey {
  const seed = new DerReader(der).readBytes(TAG.octetString, 'x509: invalid Ed25519 private key');
  if (seed.length !== SEED_BYTES) {
    return fail(`x509: invalid Ed25519 private key length: ${seed.length}`);
  }
  const privateKey = createPrivateKey({ key: Buffer.concat([ED25519_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { kind: 'ed25519', seed, publicBytes: spki.subarray(-SEED_BYTES) };
}

/** Parses an EC key in SEC 1 format (RFC 5915). `curveOid` comes from the enclosing structure if there is one. */
export function parseSec1(der: Buffer, curveOid?: string): EcPrivateKey {
  const fault = 'x509: failed to parse EC private key: asn1: structure error';
  const sequence = new DerReader(der).read(TAG.sequence, fault);
  const version = sequence.readSmallInteger(fault);
  if (version !== 1) {
    return fail(`x509: unknown EC private key version ${version}`);
  }
  const secret = integerOfBytes(sequence.readBytes(TAG.octetString, fault));
  const named = sequence.readOptional(constructedContextTag(0), fault);
  const oid = curveOid ?? (named?.nextIs(TAG.oid) === true ? oidText(named.readOid(fault)) : '');
  const curve = curveByOid(oid) ?? fail('x509: unknown elliptic curve');
  return ecKeyOf(curve, secret);
}

function ecKeyOf(curve: Curve, secret: bigint): EcPrivateKey {
  const fault = 'x509: invalid elliptic curve private key value';
  const scalar = bytesOf(secret, curve.fieldBytes);
  if (scalar.length > curve.fieldBytes) {
    return fail(fault);
  }
  const ecdh = createECDH(curve.opensslName);
  try {
    ecdh.setPrivateKey(scalar);
  } catch {
    return fail(fault); // Zero, or at least the order of the curve.
  }
  const point = ecdh.getPublicKey();
  const middle = 1 + curve.fieldBytes;
  return {
    kind: 'ec',
    curve,
    x: integerOfBytes(point.subarray(1, middle)),
    y: integerOfBytes(point.subarray(middle)),
    secret,
  };
}

/** Returns the JSON that `encoding/json` writes for Go's private keys. */
export function privateKeyJson(key: PrivateKey): Json {
  switch (key.kind) {
    case 'rsa':
      return rsaJson(key);
    case 'ec':
      return { Curve: {}, X: key.x, Y: key.y, D: key.secret };
    case 'ed25519':
      return bytesJson(Buffer.concat([key.seed, key.publicBytes]));
    case 'x25519':
      return {}; // Go stores the key in unexported members.
  }
}

function rsaJson(key: RsaPrivateKey): JsonObject {
  const { dp, dq, qi } = rsaCrtValues(key);
  return {
    N: key.modulus,
    E: key.exponent,
    D: key.privateExponent,
    Primes: key.primes,
    Precomputed: { Dp: dp, Dq: dq, Qinv: qi, CRTValues: [] },
  };
}

/** Returns the values that speed up private operations (RFC 8017 §3.2). */
function rsaCrtValues(key: RsaPrivateKey): { readonly dp: bigint; readonly dq: bigint; readonly qi: bigint } {
  const [p = 1n, q = 1n] = key.primes;
  return {
    dp: key.privateExponent % (p - 1n),
    dq: key.privateExponent % (q - 1n),
    qi: inverse(q, p) ?? fail('crypto/rsa: invalid prime value'),
  };
}

/** Returns the key as a JWK (RFC 7517), or undefined for a kind that cannot sign. */
export function privateKeyJwk(key: PrivateKey): Readonly<Record<string, string>> | undefined {
  switch (key.kind) {
    case 'rsa': {
      const [p = 1n, q = 1n] = key.primes;
      const { dp, dq, qi } = rsaCrtValues(key);
      const numbers = { n: key.modulus, e: key.exponent, d: key.privateExponent, p, q, dp, dq, qi };
      const members = Object.entries(numbers).map(([name, value]) => [name, bytesOf(value).toString('base64url')]);
      return { kty: 'RSA', ...(Object.fromEntries(members) as Record<string, string>) };
    }
    case 'ec': {
      const part = (value: bigint): string => bytesOf(value, key.curve.fieldBytes).toString('base64url');
      return { kty: 'EC', crv: key.curve.jwkName, x: part(key.x), y: part(key.y), d: part(key.secret) };
    }
    case 'ed25519':
      return {
        kty: 'OKP',
        crv: 'Ed25519',
        x: key.publicBytes.toString('base64url'),
        d: key.seed.toString('base64url'),
      };
    case 'x25519':
      return undefined;
  }
}
