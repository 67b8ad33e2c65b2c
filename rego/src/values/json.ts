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
  /** Nesting of arrays and objects; `MAX_VALUE_DEPTH` when unset, and no more. */
  readonly maxDepth?: number;
  /** UTF-8 bytes of the text. */
  readonly maxBytes?: number;
}

/** Text or data that is no JSON, or is beyond the limits. */
export class JsonError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'JsonError';
  }
}

/**
 * Plain JSON data as a Rego value. `undefined` members are left out, as `JSON.stringify` leaves them; lone surrogates become U+FFFD. Throws
 * `JsonError` for anything else that JSON does not know (functions, NaN, dates, class instances) and for data that nests too deep or in circles.
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
    throw new JsonError('the JSON nests too deep');
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

/** An object literal, of this realm or another. */
function isPlain(data: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(data);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * As `fromJson`, for data that nobody changes afterwards: it is checked now, and made values only as far as it is read. Several times faster
 * for an input of which a policy reads a part.
 */
export function viewJson(data: unknown): Value {
  return isViewable(data, MAX_VALUE_DEPTH) ? view(data) : fromJson(data);
}

/** Whether every part is JSON, and within the depth; anything else is left to `fromJson`. */
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
  // Without `Object.keys`, which would make an array. Inherited members would be looked at too; plain objects have none.
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

/** What `wellFormed` puts for half a character: a name with it may be written otherwise in the data. */
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

/** Text that may hold a number which a double would round: many digits, or a large exponent. It may also be a string; that costs time only. */
const PERHAPS_EXACT = /[\d.]{16}|[eE][+-]?\d{3}/;

/** A JSON text as a value; numbers exactly as written. Of two members with one name the last counts. Throws `JsonError`. */
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
  // Before the reviver, which V8 calls recursively.
  checkNesting(parsed, maxDepth);
  return fromJson(JSON.parse(text, keepExact), maxDepth);
}

/**
 * A JSON text as plain data in which numbers that a double would round are `ExactNumber`s: `fromJson` takes them, and `JSON.stringify` writes them as
 * they were. Throws `SyntaxError` as `JSON.parse` does, with its place, and `JsonError` for a number with too many digits. Nesting is not limited.
 */
export function parseJsonData(text: string): unknown {
  return PERHAPS_EXACT.test(text) ? JSON.parse(text, keepExact) : JSON.parse(text);
}

/** In UTF-8; counted only where the UTF-16 units, of at most three bytes each, leave it open. */
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
    throw new JsonError('the JSON nests too deep');
  }
  for (const member of Object.values(data)) {
    checkNesting(member, depthLeft - 1);
  }
}

function keepExact(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) {
    return value;
  }
  const number = parseNumber(context.source);
  if (number === undefined) {
    throw new JsonError('a number in the JSON has too many digits');
  }
  return number;
}

/**
 * The value as plain JSON data, as OPA gives results: sets are sorted arrays, keys that are no strings become their JSON text.
 * Numbers become doubles; `stringifyJson` keeps them exact.
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

/** The name of a member in JSON: a string as it is, everything else as its JSON text. */
export function jsonKey(key: Value): string {
  if (typeof key === 'string') {
    return wellFormed(key);
  }
  return typeof key === 'number' ? formatNumber(key) : stringifyJson(key);
}
