import { chargeVisits, checkDepth } from './depth.js';
import { isArray } from './type-name.js';
import type { Value } from './value.js';

/** The seed differs between processes, so that an attacker cannot prepare colliding keys. */
const SEED = Math.trunc(Math.random() * 0x7fffffff);

export function mix(hash: number, part: number): number {
  let mixed = Math.imul(hash ^ part, 0x9e3779b1);
  mixed ^= mixed >>> 15;
  return Math.imul(mixed, 0x85ebca77) ^ (mixed >>> 13);
}

const LONG_TEXT = 4_096;
const UNITS_PER_VISIT = 256;

/** Returns a 32-bit hash. Equal values have equal hashes. */
export function hashValue(value: Value, depth = 0): number {
  if (typeof value === 'string') {
    return hashString(value);
  }
  if (typeof value === 'number') {
    return hashNumber(value);
  }
  if (typeof value === 'boolean') {
    return mix(SEED, value ? 1 : 2);
  }
  return value === null ? mix(SEED, 3) : hashObject(value, depth);
}

function hashObject(value: Extract<Value, object>, depth: number): number {
  checkDepth(depth);
  if (isArray(value)) {
    let hash = mix(SEED, 4);
    chargeVisits(value.length >> 4);
    for (const item of value) {
      hash = mix(hash, hashValue(item, depth + 1));
    }
    return hash;
  }
  return value.kind === 'number'
    ? mix(hashString(value.digits), value.negative ? -value.exponent : value.exponent)
    : value.hash(depth + 1);
}

function hashString(text: string): number {
  let hash = SEED;
  if (text.length > LONG_TEXT) {
    chargeVisits(text.length / UNITS_PER_VISIT);
  }
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash ^= hash >>> 15;
  }
  return mix(hash, text.length);
}

function hashNumber(value: number): number {
  return Number.isInteger(value)
    ? mix(mix(SEED, value | 0), Math.trunc(value / 0x100000000))
    : hashString(String(value));
}

/** Returns whether two known hashes differ. Computing a hash would cost as much as comparing the values. */
export function hashesDiffer(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}
