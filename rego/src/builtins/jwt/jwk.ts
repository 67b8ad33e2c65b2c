import { Buffer } from 'buffer';
import { createPrivateKey, createPublicKey, type JsonWebKey } from 'node:crypto';
import { bytesOf, integerOfBytes } from '../x509/big-integers.js';
import { fail, messageOf } from '../x509/fail.js';
import { checkRsa, privateKeyJwk, type RsaPrivateKey } from '../x509/private-key.js';
import { bitLength, isUsableRsa } from '../x509/public-key.js';
import type { SignatureKey } from './algorithms.js';

/** A parsed JWK (RFC 7517). */
export interface ParsedJwk {
  readonly algorithm: string | undefined;
  readonly keyId: string | undefined;
  /**
   * The key that verifies signatures: a public key or a shared secret. Undefined for private keys, and for keys that must not or cannot be
   * used.
   */
  readonly verifying: SignatureKey | undefined;
  /** The key that creates signatures: a private key or a shared secret. */
  readonly signing: (() => SignatureKey) | undefined;
}

/** The largest RSA key for signing. A larger one could exceed the deadline by more than is allowed (4096 bits: about 5 ms). */
const MAX_SIGNING_RSA_BITS = 4_096;
const MAX_PART_LENGTH = 4_096;
const EC_CURVES = ['P-256', 'P-384', 'P-521'];

/**
 * Parses a key or a set of keys in JSON. Throws an error that describes the fault. Calls `eachKey` before parsing each key, to charge for
 * it.
 */
export function parseJwks(text: string, eachKey: () => void): ParsedJwk[] {
  const document = objectOf(parse(text), 'a JWK must be a JSON object');
  const keys = document.get('keys');
  if (keys === undefined) {
    eachKey();
    return [parseJwk(document)];
  }
  if (!Array.isArray(keys)) {
    return fail('failed to unmarshal JWK set: "keys" must be an array');
  }
  return keys.map((key: unknown) => {
    eachKey();
    return parseJwk(objectOf(key, 'each of "keys" must be a JSON object'));
  });
}

type Members = ReadonlyMap<string, unknown>;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return fail(`failed to unmarshal JWK: ${messageOf(error)}`);
  }
}

/** Returns the object's own members as a map, so that `__proto__` is an ordinary name. */
function objectOf(value: unknown, fault: string): Members {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? new Map<string, unknown>(Object.entries(value)) : fail(fault);
}

function parseJwk(members: Members): ParsedJwk {
  const described = { algorithm: optionalText(members, 'alg'), keyId: optionalText(members, 'kid') };
  switch (optionalText(members, 'kty')) {
    case undefined:
      return fail('failed to unmarshal JWK: could not find "kty"');
    case 'RSA':
      return { ...described, ...rsaKeys(members) };
    case 'EC':
      return { ...described, ...ecKeys(members) };
    case 'OKP':
      return { ...described, ...okpKeys(members) };
    case 'oct': {
      const key: SignatureKey = { kind: 'secret', bytes: binary(members, 'k') };
      return { ...described, verifying: key, signing: () => key };
    }
    default:
      return fail('failed to unmarshal JWK: "kty" must be one of RSA, EC, OKP, oct');
  }
}

type Keys = Pick<ParsedJwk, 'verifying' | 'signing'>;

function rsaKeys(members: Members): Keys {
  const [modulus, exponent] = [integer(members, 'n'), integer(members, 'e')];
  if (members.has('d')) {
    return { verifying: undefined, signing: () => rsaSigningKey(members, modulus, exponent) };
  }
  if (!isUsableRsa(modulus, exponent)) {
    return { verifying: undefined, signing: undefined };
  }
  const part = (value: bigint): string => bytesOf(value).toString('base64url');
  return { verifying: publicKey('rsa', { kty: 'RSA', n: part(modulus), e: part(exponent) }), signing: undefined };
}

function rsaSigningKey(members: Members, modulus: bigint, exponent: bigint): SignatureKey {
  const primes = [integer(members, 'p'), integer(members, 'q')];
  const key: RsaPrivateKey = { kind: 'rsa', modulus, exponent, privateExponent: integer(members, 'd'), primes };
  checkRsa(key);
  if (!isUsableRsa(modulus, exponent) || bitLength(modulus) > MAX_SIGNING_RSA_BITS) {
    return fail(`an RSA key that signs must have 1024 to ${MAX_SIGNING_RSA_BITS} bits and a small odd exponent`);
  }
  return privateKey('rsa', privateKeyJwk(key) ?? {});
}

function ecKeys(members: Members): Keys {
  const crv = optionalText(members, 'crv') ?? '';
  if (!EC_CURVES.includes(crv)) {
    return fail(`failed to unmarshal JWK: unsupported curve, "crv" must be one of ${EC_CURVES.join(', ')}`);
  }
  const [x, y] = [encoded(members, 'x'), encoded(members, 'y')];
  if (members.has('d')) {
    const d = encoded(members, 'd');
    return { verifying: undefined, signing: () => privateKey('ec', { kty: 'EC', crv, x, y, d }) };
  }
  return { verifying: publicKey('ec', { kty: 'EC', crv, x, y }), signing: undefined };
}

function okpKeys(members: Members): Keys {
  const crv = optionalText(members, 'crv');
  const x = encoded(members, 'x');
  if (crv !== 'Ed25519') {
    return crv === 'X25519'
      ? { verifying: undefined, signing: undefined }
      : fail('failed to unmarshal JWK: "crv" must be Ed25519');
  }
  if (members.has('d')) {
    const d = encoded(members, 'd');
    return { verifying: undefined, signing: () => privateKey('ed25519', { kty: 'OKP', crv, x, d }) };
  }
  return { verifying: publicKey('ed25519', { kty: 'OKP', crv, x }), signing: undefined };
}

type AsymmetricKind = 'rsa' | 'ec' | 'ed25519';

function publicKey(kind: AsymmetricKind, jwk: JsonWebKey): SignatureKey {
  try {
    return { kind, keyObject: createPublicKey({ key: jwk, format: 'jwk' }) };
  } catch {
    return fail('failed to unmarshal JWK: its members are not a public key');
  }
}

function privateKey(kind: AsymmetricKind, jwk: JsonWebKey): SignatureKey {
  try {
    return { kind, keyObject: createPrivateKey({ key: jwk, format: 'jwk' }) };
  } catch {
    return fail('failed to unmarshal JWK: its members are not a private key');
  }
}

function optionalText(members: Members, name: string): string | undefined {
  const value = members.get(name);
  return value === undefined || typeof value === 'string'
    ? value
    : fail(`failed to unmarshal JWK: "${name}" must be a string`);
}

function binary(members: Members, name: string): Buffer {
  const text = optionalText(members, name);
  if (text === undefined) {
    return fail(`failed to unmarshal JWK: required field "${name}" is missing`);
  }
  // Some issuers add padding or use the standard alphabet; both are unambiguous.
  return /^[A-Za-z0-9_+/-]*={0,2}$/u.test(text)
    ? Buffer.from(text, 'base64url')
    : fail(`failed to unmarshal JWK: "${name}" must be base64url`);
}

function bounded(members: Members, name: string): Buffer {
  const bytes = binary(members, name);
  return bytes.length <= MAX_PART_LENGTH ? bytes : fail(`failed to unmarshal JWK: "${name}" is too long`);
}

const encoded = (members: Members, name: string): string => bounded(members, name).toString('base64url');
const integer = (members: Members, name: string): bigint => integerOfBytes(bounded(members, name));
