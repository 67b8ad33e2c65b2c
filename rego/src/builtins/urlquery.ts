import { Buffer } from 'buffer';
import type { Budget } from '../evaluate/budget.js';
import { bytesOfString, stringFromBytes } from '../values/bytes.js';
import { compareNames } from '../values/compare.js';
import { jsonKey } from '../values/json.js';
import { RegoObject } from '../values/object.js';
import { quoteGo } from '../values/print.js';
import { endOfChunk } from '../values/text-chunks.js';
import { TextWriter } from '../values/text-writer.js';
import { isArray } from '../values/type-name.js';
import type { Value } from '../values/value.js';
import { ValueMap } from '../values/value-map.js';
import type { Builtin } from './builtin.js';
import { chunksOf } from './code-points.js';
import { chargeArray, chargeReading, chargeText, growth } from './costs.js';
import { OBJECT, STRING, declare } from './declare.js';
import { failure, isSet, operandError } from './operands.js';
import { occurrences } from './search.js';

/** `urlquery.*`: URL queries, as Go's `net/url` encodes and decodes them. */
export const URLQUERY: readonly Builtin[] = [
  declare('urlquery.encode', [STRING], STRING, ([text], { budget }) => escapeQuery(text as string, budget)),
  declare('urlquery.decode', [STRING], STRING, ([text], { budget }) => unescapeQuery(text as string, budget)),
  declare('urlquery.encode_object', [OBJECT], STRING, ([object], { budget }) =>
    encodeObject(object as RegoObject, budget),
  ),
  declare('urlquery.decode_object', [STRING], OBJECT, ([text], { budget }) => decodeObject(text as string, budget)),
];

const DECODING_BYTES_PER_UNIT = 6;
/** The final conversion of bytes to text cannot be interrupted. */
const DECODED_PER_MS = 40_000;
const ESCAPED_PER_STEP = 16;
const UNRESERVED = /^[A-Za-z0-9_.~-]*$/;
const RESERVED_RUNS = /[^A-Za-z0-9_.~-]+/g;

function escapeQuery(text: string, budget: Budget): string {
  const output = new TextWriter(growth(budget));
  escapeInto(output, text, budget);
  return output.finish();
}

function escapeInto(output: TextWriter, text: string, budget: Budget): void {
  for (const chunk of chunksOf(text, budget)) {
    if (UNRESERVED.test(chunk)) {
      output.push(chunk);
    } else {
      budget.step(chunk.length / ESCAPED_PER_STEP);
      output.push(chunk.replace(RESERVED_RUNS, escapeRun));
    }
  }
}

const ESCAPES: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte === 0x20 ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
);

function escapeRun(run: string): string {
  const escapes: string[] = [];
  for (const byte of bytesOfString(run)) {
    escapes.push(ESCAPES[byte] ?? '');
  }
  return escapes.join('');
}

const WRONG_ESCAPE = /%(?![\da-fA-F]{2})/;
const PERCENT = 0x25;
const ESCAPE_LENGTH = 3;

function unescapeQuery(text: string, budget: Budget): string {
  budget.allocate(DECODING_BYTES_PER_UNIT * text.length);
  budget.reserve(text.length / DECODED_PER_MS);
  const parts: Buffer[] = [];
  for (let start = 0; start < text.length;) {
    const end = endOfPiece(text, start);
    chargeReading(budget, end - start);
    const piece = text.slice(start, end);
    const wrong = WRONG_ESCAPE.exec(piece);
    if (wrong !== null) {
      throw failure(`invalid URL escape ${quoteGo(text.slice(start + wrong.index, start + wrong.index + 3))}`);
    }
    parts.push(unescapeBytes(bytesOfString(piece.replaceAll('+', ' '))));
    start = end;
  }
  return stringFromBytes(Buffer.concat(parts));
}

/** Returns the end of a chunk that does not split a surrogate pair or an escape. */
function endOfPiece(text: string, start: number): number {
  const end = endOfChunk(text, start);
  for (const percent of [end - 2, end - 1]) {
    if (percent >= start && text.charCodeAt(percent) === PERCENT) {
      return Math.min(percent + ESCAPE_LENGTH, text.length);
    }
  }
  return end;
}

/** Unescapes in place, since unescaped text is shorter. */
function unescapeBytes(bytes: Buffer): Buffer {
  const first = bytes.indexOf(PERCENT);
  if (first === -1) {
    return bytes;
  }
  let size = first;
  for (let i = first; i < bytes.length; i++) {
    if (bytes[i] === PERCENT) {
      bytes[size++] = Number.parseInt(bytes.toString('latin1', i + 1, i + ESCAPE_LENGTH), 16);
      i += 2;
    } else {
      bytes[size++] = bytes[i] ?? 0;
    }
  }
  return bytes.subarray(0, size);
}

/** Encodes an object, sorted by name. The name of an array or set is repeated for each element. */
function encodeObject(object: RegoObject, budget: Budget): string {
  const output = new TextWriter(growth(budget));
  let separator = '';
  chargeArray(budget, object.size);
  const members = object.entries().map(([key, value]) => [jsonKey(key), value] as const);
  for (const [name, value] of members.sort(([a], [b]) => compareNames(a, b))) {
    const values = isArray(value) ? value : isSet(value) ? value.sorted() : [value];
    for (const text of values) {
      if (typeof text !== 'string') {
        throw operandError(1, 'values must be string, array[string], or set[string]');
      }
      output.push(separator);
      escapeInto(output, name, budget);
      output.push('=');
      escapeInto(output, text, budget);
      separator = '&';
    }
  }
  return output.finish();
}

function* parametersOf(text: string, budget: Budget): Generator<string> {
  let from = 0;
  for (const at of occurrences(text, '&', budget)) {
    yield text.slice(from, at);
    from = at + 1;
  }
  yield text.slice(from);
}

function decodeObject(text: string, budget: Budget): RegoObject {
  chargeText(budget, text.length);
  const members = new ValueMap<Value[]>();
  for (const parameter of parametersOf(text, budget)) {
    chargeArray(budget, 16);
    if (parameter.includes(';')) {
      throw failure('invalid semicolon separator in query');
    }
    if (parameter === '') {
      continue;
    }
    const equals = parameter.indexOf('=');
    const name = unescapeQuery(equals === -1 ? parameter : parameter.slice(0, equals), budget);
    const value = equals === -1 ? '' : unescapeQuery(parameter.slice(equals + 1), budget);
    const values = members.get(name);
    if (values === undefined) {
      members.set(name, [value]);
    } else {
      values.push(value);
    }
  }
  return RegoObject.adopt(members);
}
