import { Buffer } from 'buffer';
import { MAX_VALUE_DEPTH, chargeVisits, checkDepth } from './depth.js';
import { describeJsonFault } from './json-fault.js';
import { ExactNumber, formatNumber, fromDouble, parseNumber, toDouble } from './number.js';
import { type JsonView, RegoObject, UNREAD } from './object.js';
import { stringifyJson } from './stringify-json.js';
import { isArray } from './type-name.js';
import type { Value } from './value.js';

export { stringifyJson };

export interface JsonLimits {
  /** The maximum nesting of arrays and objects; `MAX_VALUE_DEPTH` is both the default and the upper bound. */
  readonly maxDepth?: number;
  /** The maximum size of the text in UTF-8 bytes. */
  readonly maxBytes?: number;
}

/** An error for text or data that is not JSON, or exceeds the limits. */
export class JsonError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'JsonError';
  }
}

/**
 * Converts plain JSON data to a Rego value. Omits `undefined` members, as `JSON.stringify` does; lone surrogates become U+FFFD. Throws
 * `JsonError` for anything else that JSON does not support (functions, NaN, dates, class instances) and for data that nests too deeply or
 * is circular.
 */
export function fromJson(data: unknown, maxDepth = MAX_VALUE_DEPTH): Value {
  if (typeof data === 'string') {
    return wellFormed(data);
  }
  if (typeof data === 'number') {
    return fromNumber(data);
  }
  if (typeof data === 'boolean' || data === null) {
    return data;
  }
  if (typeof data !== 'object') {
    throw new JsonError(`a value of type ${typeof data} is not JSON`);
  }
  return fromComposite(data, maxDepth);
}

function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed();
}

function fromNumber(value: number): Value {
  if (Number.isSafeInteger(value)) {
    return value + 0;
  }
  if (!Number.isFinite(value)) {
    throw new JsonError('NaN and infinite numbers are not JSON');
  }
  return fromDouble(value);
}

function fromComposite(data: object, depthLeft: number): Value {
  if (depthLeft <= 0) {
    throw new JsonError('the JSON nests too deeply');
  }
  if (Array.isArray(data)) {
    chargeVisits(1 + data.length);
    const items: Value[] = [];
    for (const item of data) {
      items.push(fromJson(item, depthLeft - 1));
    }
    return items;
  }
  if (data instanceof ExactNumber) {
    return data;
  }
  if (!isPlain(data)) {
    throw new JsonError('only plain objects and arrays are JSON');
  }
  const members = new Map<string, Value>();
  const keys = Object.keys(data);
  chargeVisits(1 + keys.length);
  for (const key of keys) {
    const member = (data as Record<string, unknown>)[key];
    if (member !== undefined) {
      members.set(wellFormed(key), fromJson(member, depthLeft - 1));
    }
  }
  return RegoObject.fromStrings(members);
}

/** Returns whether it is a plain object, from this realm or a different one. */
function isPlain(data: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(data);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * Converts like `fromJson`, for data that never changes later: checks the data now and converts parts when they are read. This is several
 * times as fast for an input that a policy reads only in part.
 */
export function viewJson(data: unknown): Value {
  return isViewable(data, MAX_VALUE_DEPTH) ? view(data) : fromJson(data);
}

/** Returns whether every part is JSON and within the depth limit. Leaves anything else to `fromJson`. */
function isViewable(data: unknown, depthLeft: number): boolean {
  if (typeof data === 'string' || typeof data === 'boolean' || data === null) {
    return true;
  }
  if (typeof data === 'number') {
    return Number.isFinite(data);
  }
  if (typeof data !== 'object') {
    return false;
  }
  if (depthLeft <= 0) {
    return false;
  }
  if (Array.isArray(data)) {
    return data.every((item) => isViewable(item, depthLeft - 1));
  }
  if (!isPlain(data)) {
    return false;
  }
  // `Object.keys` would allocate an array. This loop would also include inherited members, but plain objects do not have any.
  for (const key in data) {
    if (!isViewable((data as Record<string, unknown>)[key], depthLeft - 1)) {
      return false;
    }
  }
  return true;
}

function view(data: unknown): Value {
  if (typeof data !== 'object' || data === null) {
    return typeof data === 'number'
      ? fromDouble(data)
      : typeof data === 'string'
        ? wellFormed(data)
        : (data as boolean);
  }
  return Array.isArray(data) ? data.map(view) : RegoObject.lazy(new PlainView(data as Record<string, unknown>));
}

/** The character that `wellFormed` substitutes for a lone surrogate. A name that contains it can be spelled differently in the data. */
const REPLACEMENT = '\uFFFD';

class PlainView implements JsonView {
  constructor(private readonly data: Readonly<Record<string, unknown>>) {}

  peek(key: string): Value | undefined | typeof UNREAD {
    if (!Object.hasOwn(this.data, key)) {
      return key.includes(REPLACEMENT) ? UNREAD : undefined;
    }
    const member = this.data[key];
    return typeof member === 'object' && member !== null ? UNREAD : view(member);
  }

  members(): Map<string, Value> {
    const members = new Map<string, Value>();
    for (const key of Object.keys(this.data)) {
      members.set(wellFormed(key), view(this.data[key]));
    }
    return members;
  }
}

const MAX_BYTES_PER_UNIT = 3;

/**
 * Matches text that can contain a number that a double would round: many digits, or a large exponent. It can also match a string, which
 * costs only time.
 */
const PERHAPS_EXACT = /[\d.]{16}|[eE][+-]?\d{3}/;

/** Parses JSON text. Numbers stay exactly as written. If a member is repeated, the last one wins. Throws `JsonError`. */
export function parseJson(text: string, limits: JsonLimits = {}): Value {
  if (limits.maxBytes !== undefined && isLonger(text, limits.maxBytes)) {
    throw new JsonError(`the JSON is larger than ${limits.maxBytes} bytes`);
  }
  const maxDepth = Math.min(limits.maxDepth ?? MAX_VALUE_DEPTH, MAX_VALUE_DEPTH);
  const perhapsExact = PERHAPS_EXACT.test(text);
  const parsed = parseText(text);
  if (!perhapsExact) {
    return maxDepth === MAX_VALUE_DEPTH ? viewJson(parsed) : fromJson(parsed, maxDepth);
  }
  // Checked before the reviver runs, because V8 calls it recursively.
  checkNesting(parsed, maxDepth);
  return fromJson(JSON.parse(text, keepExact), maxDepth);
}

/**
 * Parses JSON text to plain data in which numbers that a double would round are `ExactNumber`s. `fromJson` accepts them, and
 * `JSON.stringify` writes them unchanged. Throws `SyntaxError` with the position, as `JSON.parse` does, and `JsonError` for a number with
 * too many digits. Nesting is not limited.
 */
export function parseJsonData(text: string): unknown {
  return PERHAPS_EXACT.test(text) ? JSON.parse(text, keepExact) : JSON.parse(text);
}

/**
 * Compares the length in UTF-8. Counts bytes only if the number of UTF-16 units, each of which takes at most three bytes, does not decide
 * the comparison.
 */
function isLonger(text: string, bytes: number): boolean {
  return text.length * MAX_BYTES_PER_UNIT > bytes && (text.length > bytes || Buffer.byteLength(text) > bytes);
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new JsonError(describeJsonFault(text));
  }
}

function checkNesting(data: unknown, depthLeft: number): void {
  if (typeof data !== 'object' || data === null) {
    return;
  }
  if (depthLeft <= 0) {
    throw new JsonError('the JSON nests too deeply');
  }
  for (const member of Object.values(data)) {
    checkNesting(member, depthLeft - 1);
  }
}

function keepExact(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number') {
    return value;
  }
  // If numbers were rounded, two ids could become equal.
  if (context?.source === undefined) {
    throw new JsonError('a number in the JSON cannot be read exactly here: Node 22 or a newer browser is needed');
  }
  const number = parseNumber(context.source);
  if (number === undefined) {
    throw new JsonError('a number in the JSON has too many digits');
  }
  return number;
}

/**
 * Converts the value to plain JSON data, as OPA returns results: sets become sorted arrays, and keys that are not strings become their JSON
 * text. Numbers become doubles; `stringifyJson` keeps them exact.
 */
export function toJson(value: Value, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'string' ? wellFormed(value) : value;
  }
  checkDepth(depth);
  if (isArray(value)) {
    return value.map((item) => toJson(item, depth + 1));
  }
  switch (value.kind) {
    case 'number':
      return toDouble(value);
    case 'set':
      return value.sorted().map((item) => toJson(item, depth + 1));
    case 'object':
      return objectToJson(value, depth + 1);
  }
}

function objectToJson(object: RegoObject, depth: number): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const [key, member] of object.entries()) {
    const name = jsonKey(key);
    if (name === '__proto__') {
      Object.defineProperty(json, name, {
        value: toJson(member, depth),
        enumerable: true,
        writable: true,
        configurable: true,
      });
    } else {
      json[name] = toJson(member, depth);
    }
  }
  return json;
}

/** Returns the name of a member in JSON: a string as is, and any other key as its JSON text. */
export function jsonKey(key: Value): string {
  if (typeof key === 'string') {
    return wellFormed(key);
  }
  return typeof key === 'number' ? formatNumber(key) : stringifyJson(key);
}
