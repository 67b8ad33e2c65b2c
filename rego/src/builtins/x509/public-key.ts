import { Buffer } from 'buffer';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { DerReader, oidText, rightAlign, TAG } from './der.js';
import { fail } from './fail.js';
import { curveByOid, OID, PUBLIC_KEY_ALGORITHM, type Curve } from './oids.js';
import { bytesJson, type Json } from './json-tree.js';

export interface RsaPublicKey {
  readonly kind: 'rsa';
  readonly modulus: bigint;
  readonly exponent: bigint;
  readonly spki: Buffer;
}
export interface EcPublicKey {
  readonly kind: 'ec';
  readonly curve: Curve;
  readonly x: bigint;
  readonly y: bigint;
  readonly spki: Buffer;
}
export interface Ed25519PublicKey {
  readonly kind: 'ed25519';
  readonly bytes: Buffer;
  readonly spki: Buffer;
}
export interface DsaPublicKey {
  readonly kind: 'dsa';
  readonly p: bigint;
  readonly q: bigint;
  readonly g: bigint;
  readonly y: bigint;
}
export type PublicKey = RsaPublicKey | EcPublicKey | Ed25519PublicKey | DsaPublicKey;

export interface SubjectPublicKey {
  /** Go's `x509.PublicKeyAlgorithm`. */
  readonly algorithm: number;
  /** Undefined if the algorithm is unknown. */
  readonly key: PublicKey | undefined;
}

/**
 * Below the minimum, signatures can be forged (Go also rejects such keys; see crypto/rsa, "Minimum key size"). Above the maximum,
 * verification takes too long.
 */
const MIN_RSA_BITS = 1_024;
const MAX_RSA_BITS = 16_384;
/** As in Go, exponents fit in 31 bits, which also limits the verification time. */
const MAX_RSA_EXPONENT = 0x7fff_ffffn;
const MAX_INT64 = 2n ** 63n - 1n;

const ED25519_BYTES = 32;
const UNCOMPRESSED_POINT = 0x04;

/** Parses a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7). Throws for a malformed key of a known algorithm. */
export function parseSubjectPublicKey(spki: Buffer): SubjectPublicKey {
  const sequence = new DerReader(spki).read(TAG.sequence, 'x509: malformed spki');
  const identifier = sequence.read(TAG.sequence, 'x509: malformed public key algorithm identifier');
  const oid = oidText(identifier.readOid('x509: malformed OID'));
  const parameters = identifier.isEmpty ? undefined : identifier.readAny('x509: malformed parameters').full;
  const bits = sequence.readBitString('x509: malformed subjectPublicKey');
  const data = rightAlign(bits);
  switch (oid) {
    case OID.rsaKey:
      return { algorithm: PUBLIC_KEY_ALGORITHM.rsa, key: rsaKey(data, parameters, spki) };
    case OID.ecKey:
      return { algorithm: PUBLIC_KEY_ALGORITHM.ecdsa, key: ecKey(data, parameters, spki) };
    case OID.ed25519:
      return { algorithm: PUBLIC_KEY_ALGORITHM.ed25519, key: ed25519Key(data, parameters, spki) };
    case OID.dsaKey:
      return { algorithm: PUBLIC_KEY_ALGORITHM.dsa, key: dsaKey(data, parameters) };
    default:
      return { algorithm: PUBLIC_KEY_ALGORITHM.unknown, key: undefined };
  }
}

function rsaKey(data: Buffer, parameters: Buffer | undefined, spki: Buffer): RsaPublicKey {
  if (parameters === undefined || parameters.toString('hex') !== '0500') {
    return fail('x509: RSA key missing NULL parameters');
  }
  const sequence = new DerReader(data).read(TAG.sequence, 'x509: invalid RSA public key');
  const modulus = sequence.readInteger('x509: invalid RSA modulus');
  const exponent = sequence.readInteger('x509: invalid RSA public exponent');
  if (modulus <= 0n) {
    return fail('x509: RSA modulus is not a positive number');
  }
  if (exponent > MAX_INT64) {
    return fail('x509: invalid RSA public exponent');
  }
  if (exponent <= 0n) {
    return fail('x509: RSA public exponent is not a positive number');
  }
  return { kind: 'rsa', modulus, exponent, spki };
}

function ecKey(data: Buffer, parameters: Buffer | undefined, spki: Buffer): EcPublicKey {
  const oid = new DerReader(parameters ?? Buffer.alloc(0)).readOid('x509: invalid ECDSA parameters');
  const curve = curveByOid(oidText(oid)) ?? fail('x509: unsupported elliptic curve');
  if (data[0] !== UNCOMPRESSED_POINT || data.length !== 1 + 2 * curve.fieldBytes) {
    return fail('x509: failed to unmarshal elliptic curve point');
  }
  const key: EcPublicKey = {
    kind: 'ec',
    curve,
    x: BigInt(`0x${data.subarray(1, 1 + curve.fieldBytes).toString('hex')}`),
    y: BigInt(`0x${data.subarray(1 + curve.fieldBytes).toString('hex')}`),
    spki,
  };
  // OpenSSL rejects a point that is not on the curve.
  return openSslKey(key) === undefined ? fail('x509: failed to unmarshal elliptic curve point') : key;
}

function ed25519Key(data: Buffer, parameters: Buffer | undefined, spki: Buffer): Ed25519PublicKey {
  if (parameters !== undefined) {
    return fail('x509: Ed25519 key encoded with illegal parameters');
  }
  return data.length === ED25519_BYTES
    ? { kind: 'ed25519', bytes: data, spki }
    : fail('x509: wrong Ed25519 public key size');
}

function dsaKey(data: Buffer, parameters: Buffer | undefined): DsaPublicKey {
  const y = new DerReader(data).readInteger('x509: invalid DSA public key');
  const fault = 'x509: invalid DSA parameters';
  const sequence = new DerReader(parameters ?? Buffer.alloc(0)).read(TAG.sequence, fault);
  const [p, q, g] = [sequence.readInteger(fault), sequence.readInteger(fault), sequence.readInteger(fault)];
  return [y, p, q, g].every((part) => part > 0n)
    ? { kind: 'dsa', p, q, g, y }
    : fail('x509: zero or negative DSA parameter');
}

/**
 * Returns the key for verifying signatures; undefined for a key that must not be used: DSA, or RSA with an unsupported size or exponent.
 */
export function openSslKey(key: PublicKey): KeyObject | undefined {
  if (key.kind === 'dsa' || (key.kind === 'rsa' && !isUsableRsa(key.modulus, key.exponent))) {
    return undefined;
  }
  try {
    return createPublicKey({ key: key.spki, format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

export const bitLength = (value: bigint): number => (value === 0n ? 0 : value.toString(2).length);

export function isUsableRsa(modulus: bigint, exponent: bigint): boolean {
  const bits = bitLength(modulus);
  const isUsableExponent = exponent > 1n && exponent <= MAX_RSA_EXPONENT && exponent % 2n === 1n;
  return bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS && modulus % 2n === 1n && isUsableExponent;
}

/** Returns the JSON that `encoding/json` writes for Go's `*rsa.PublicKey`, `*ecdsa.PublicKey`, `ed25519.PublicKey` and `*dsa.PublicKey`. */
export function publicKeyJson(key: PublicKey | undefined): Json {
  switch (key?.kind) {
    case undefined:
      return null;
    case 'rsa':
      return { N: key.modulus, E: key.exponent };
    case 'ec':
      return { Curve: {}, X: key.x, Y: key.y };
    case 'ed25519':
      return bytesJson(key.bytes);
    case 'dsa':
      return { P: key.p, Q: key.q, G: key.g, Y: key.y };
  }
}
