import type { Buffer } from 'buffer';
import type { Budget } from '../../evaluate/budget.js';
import { stringFromBytes } from '../../values/bytes.js';
import { JsonError, parseJson } from '../../values/json.js';
import { RegoObject } from '../../values/object.js';
import type { Value } from '../../values/value.js';
import { decodeBase64Url } from '../x509/base64.js';
import { fail, messageOf } from '../x509/fail.js';

/** A JWT in compact form (RFC 7515 §7.1), split into parts that are still encoded in base64url. */
export interface Token {
  readonly header: string;
  readonly payload: string;
  readonly signature: string;
}

/** The maximum length of a token, in UTF-16 units. Servers reject headers of more than a few kilobytes, so real tokens are much shorter. */
const MAX_TOKEN_LENGTH = 128 * 1024;
/** Measured with the most expensive content found, a payload of many long fractions. */
const MILLISECONDS_PER_CHARACTER = 1 / 4_096;
const CHARACTERS_PER_STEP = 16;
const VALUE_BYTES_PER_CHARACTER = 32;

export function splitToken(text: string, budget: Budget): Token {
  if (text.length > MAX_TOKEN_LENGTH) {
    return fail(`the JWT is longer than ${MAX_TOKEN_LENGTH} characters`);
  }
  budget.step(1 + Math.ceil(text.length / CHARACTERS_PER_STEP));
  budget.allocate(text.length * VALUE_BYTES_PER_CHARACTER);
  budget.reserve(text.length * MILLISECONDS_PER_CHARACTER);
  if (!text.includes('.')) {
    return fail('encoded JWT had no period separators');
  }
  const parts = text.split('.');
  const [header = '', payload = '', signature = ''] = parts;
  return parts.length === 3
    ? { header, payload, signature }
    : fail(`encoded JWT must have 3 sections, found ${parts.length}`);
}

/** Returns the header as an object. Rejects an encrypted token (RFC 7516 §9). */
export function decodeHeader({ header }: Token): RegoObject {
  const text = stringFromBytes(decodePart(header, 'header'));
  const decoded = objectOf(text, 'bad JWT header: ');
  return decoded.has('enc') ? fail('JWT is a JWE object, which is not supported') : decoded;
}

export const decodePayload = ({ payload }: Token): string => stringFromBytes(decodePart(payload, 'payload'));
export const decodeSignature = ({ signature }: Token): Buffer => decodePart(signature, 'signature');
export const payloadObject = (text: string): RegoObject => objectOf(text, '');

function decodePart(part: string, name: string): Buffer {
  try {
    return decodeBase64Url(part);
  } catch (error) {
    return fail(`JWT ${name} had invalid encoding: ${messageOf(error)}`);
  }
}

function objectOf(text: string, prefix: string): RegoObject {
  const value = parsed(text, prefix);
  return value instanceof RegoObject ? value : fail(`${prefix}decoded JSON type was not an Object`);
}

function parsed(text: string, prefix: string): Value {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonError) {
      return fail(`${prefix}invalid JSON: ${error.message}`);
    }
    throw error;
  }
}

/** The parts of a header that signature checks need. */
export interface HeaderFacts {
  readonly algorithm: string;
  readonly keyId: string;
  readonly contentType: string;
  /** True if the header names an algorithm and has no unsupported critical parameter (RFC 7515 §4.1.1, §4.1.11). */
  readonly isValid: boolean;
}

const UNDERSTOOD = ['alg', 'kid', 'typ', 'cty', 'crit'];

/** Reads the header. Throws if a parameter has a type other than the one that RFC 7515 specifies. */
export function headerFacts(header: RegoObject): HeaderFacts {
  const text = (name: string): string => {
    const value = header.get(name) ?? '';
    return typeof value === 'string' ? value : fail(`${name}: must be a string`);
  };
  const [algorithm, critical] = [text('alg'), criticalNames(header.get('crit'))];
  const [contentType, keyId] = [text('cty'), text('kid')];
  text('typ');
  const isUnderstood = critical.every((name) => UNDERSTOOD.includes(name) || !header.has(name));
  return { algorithm, keyId, contentType, isValid: algorithm !== '' && isUnderstood };
}

function criticalNames(value: Value | undefined): string[] {
  if (value === undefined) {
    return [];
  }
  if (!Array.isArray(value)) {
    return fail('crit: must be a list');
  }
  const names = value.filter((name): name is string => typeof name === 'string');
  return names.length === 0 ? fail('crit: must be a nonempty list') : names;
}
