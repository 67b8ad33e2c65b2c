import { Buffer } from 'buffer';
import type { Budget } from '../../evaluate/budget.js';
import { bytesOfString } from '../../values/bytes.js';
import { JsonError, parseJson } from '../../values/json.js';
import { RegoObject } from '../../values/object.js';
import type { Value } from '../../values/value.js';
import { checkInputLength, fail } from '../x509/fail.js';
import { ALGORITHMS, makeSignature, type Algorithm } from './algorithms.js';
import { parseJwks } from './jwk.js';

/** The maximum length of a header and of a key, in UTF-16 units. */
const MAX_HEADER_LENGTH = 64 * 1024;
const CHARACTERS_PER_STEP = 16;
const MILLISECONDS_PER_CHARACTER = 1 / 20_000;
const STEPS_PER_KEY = 64;
const BYTES_PER_CHARACTER = 8;
/** The time that signing takes with the most expensive key (a 4096-bit RSA key or a key on the largest curve) and with a shared secret. */
const MS_PER_SIGNATURE = 5;
const MS_PER_MESSAGE_CODE = 0.02;

/**
 * Returns a signed JWT in compact form. Header and payload are included as written. The key is a JWK or the first key of a JWK set. Throws
 * OPA's errors if the header does not have a known `alg`, if the payload is not JSON although the type is JWT or missing, or if the key is
 * of the wrong kind.
 */
export function encodeAndSign(header: string, payload: string, jwk: string, budget: Budget): string {
  checkInputs(header, payload, jwk, budget);
  const [key] = parseJwks(jwk, () => budget.step(STEPS_PER_KEY));
  if (key === undefined) {
    return fail('no keys found in JWK set');
  }
  const members = headerMembers(header);
  const algorithm = algorithmOf(members);
  const type = members.get('typ');
  if ((typeof type !== 'string' || type === 'JWT') && !isJson(payload)) {
    return fail('type is JWT but payload is not JSON');
  }
  const signed = `${base64url(header)}.${base64url(payload)}`;
  budget.reserve(algorithm.name.startsWith('HS') ? MS_PER_MESSAGE_CODE : MS_PER_SIGNATURE);
  const signature =
    key.signing === undefined ? undefined : makeSignature(algorithm, key.signing(), Buffer.from(signed));
  return signature === undefined
    ? fail(
        `the key cannot sign with ${algorithm.name}: use a private key (for HS, a secret) of the kind that the algorithm requires`,
      )
    : `${signed}.${signature.toString('base64url')}`;
}

function checkInputs(header: string, payload: string, jwk: string, budget: Budget): void {
  if (header.length > MAX_HEADER_LENGTH || jwk.length > MAX_HEADER_LENGTH) {
    fail(`the header or the key is longer than ${MAX_HEADER_LENGTH} characters`);
  }
  checkInputLength(payload, 'the payload');
  const length = header.length + payload.length + jwk.length;
  budget.step(1 + Math.ceil(length / CHARACTERS_PER_STEP));
  budget.allocate(length * BYTES_PER_CHARACTER);
  budget.reserve(length * MILLISECONDS_PER_CHARACTER);
}

const base64url = (text: string): string => bytesOfString(text).toString('base64url');

/** Returns an empty object for JSON that is not an object. */
function headerMembers(header: string): RegoObject {
  if (header === '') {
    return fail('missing or invalid \'alg\' header: cannot parse JSON: cannot parse empty string; unparsed tail: ""');
  }
  if (/^[\d.eE+-]+$/u.test(header)) {
    return RegoObject.EMPTY; // OPA's parser treats any text of these characters as a number.
  }
  try {
    const value: Value = parseJson(header);
    return value instanceof RegoObject ? value : RegoObject.EMPTY;
  } catch (error) {
    if (error instanceof JsonError) {
      return fail(`missing or invalid 'alg' header: cannot parse JSON: ${error.message}`);
    }
    throw error;
  }
}

function algorithmOf(header: RegoObject): Algorithm {
  const name = header.get('alg');
  if (name === undefined) {
    return fail('missing or invalid \'alg\' header: jwsbb: header "alg" not found');
  }
  if (typeof name !== 'string') {
    return fail('missing or invalid \'alg\' header: jwsbb: header "alg" is not a string');
  }
  return ALGORITHMS.get(name) ?? fail(`unknown JWS algorithm: ${name}`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
