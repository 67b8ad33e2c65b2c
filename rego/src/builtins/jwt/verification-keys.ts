import type { Budget } from '../../evaluate/budget.js';
import { parseCertificate } from '../x509/certificate.js';
import { checkInputLength, fail, messageOf } from '../x509/fail.js';
import { nextPemBlock, pemText } from '../x509/pem.js';
import { openSslKey, parseSubjectPublicKey, type PublicKey } from '../x509/public-key.js';
import { LimitExceeded } from '../../errors.js';
import { ALGORITHMS, type SignatureKey } from './algorithms.js';
import { parseJwks } from './jwk.js';

export interface VerificationKey {
  /** Undefined for a key that cannot or must not verify signatures: such a key never matches. */
  readonly key: SignatureKey | undefined;
  /** The algorithm that a JWK names. */
  readonly algorithm: string | undefined;
  readonly keyId: string | undefined;
}

/** Enough for about 500 keys with 2048 bits each. */
const MAX_KEYS_LENGTH = 256 * 1024;
const CHARACTERS_PER_STEP = 64;
const MILLISECONDS_PER_CHARACTER = 1 / 20_000;
const STEPS_PER_KEY = 64;

/**
 * Returns the keys in a PEM certificate, a PEM public key, a JWK or a JWK set. Omits keys in a set if their algorithm is unknown. Throws
 * OPA's errors for anything else.
 */
export function parseVerificationKeys(text: string, budget: Budget): VerificationKey[] {
  if (text.length > MAX_KEYS_LENGTH) {
    return fail(`the certificate or key is longer than ${MAX_KEYS_LENGTH} characters`);
  }
  budget.step(1 + Math.ceil(text.length / CHARACTERS_PER_STEP));
  budget.reserve(text.length * MILLISECONDS_PER_CHARACTER);
  const pem = pemText(text);
  const block = nextPemBlock(pem, 0, budget);
  if (block === undefined) {
    return keysOfJwks(text, budget);
  }
  if (block.end < pem.length) {
    return fail('extra data after a PEM certificate block');
  }
  if (block.type === 'CERTIFICATE') {
    const certificate = wrapped('certificate', () => parseCertificate(block.bytes, budget));
    return [verificationKey(certificate.publicKey.key)];
  }
  if (block.type === 'PUBLIC KEY') {
    const { key } = wrapped('public key', () => parseSubjectPublicKey(block.bytes));
    return key === undefined
      ? fail('failed to parse a PEM public key: x509: unknown public key algorithm')
      : [verificationKey(key)];
  }
  return fail('failed to extract a Key from the PEM certificate');
}

function wrapped<T>(what: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof LimitExceeded) {
      throw error;
    }
    return fail(`failed to parse a PEM ${what}: ${messageOf(error)}`);
  }
}

function verificationKey(key: PublicKey | undefined): VerificationKey {
  const keyObject = key === undefined ? undefined : openSslKey(key);
  const isUsable = key !== undefined && key.kind !== 'dsa' && keyObject !== undefined;
  return { key: isUsable ? { kind: key.kind, keyObject } : undefined, algorithm: undefined, keyId: undefined };
}

function keysOfJwks(text: string, budget: Budget): VerificationKey[] {
  try {
    return parseJwks(text, () => budget.step(STEPS_PER_KEY))
      .filter(({ algorithm }) => algorithm === undefined || algorithm === '' || ALGORITHMS.has(algorithm))
      .map(({ verifying, algorithm, keyId }) => ({ key: verifying, algorithm, keyId }));
  } catch (error) {
    if (error instanceof LimitExceeded) {
      throw error;
    }
    return fail(`failed to parse a JWK key (set): ${messageOf(error)}`);
  }
}

const PUBLIC_PEM = /-----BEGIN (?:CERTIFICATE|(?:RSA )?PUBLIC KEY)-----/u;

/**
 * Rejects a shared secret that is a public key: otherwise anyone who knows an issuer's public key could create tokens with it as the secret
 * (the HS256/RS256 confusion of RFC 8725 §2.1).
 */
export function checkSecret(secret: string): void {
  checkInputLength(secret, 'the secret');
  if (PUBLIC_PEM.test(secret)) {
    fail('a public key or certificate must not be used as a shared secret');
  }
}
