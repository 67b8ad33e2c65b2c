import type { Budget } from '../evaluate/budget';
import { bytesOfString, stringFromBytes } from '../values/bytes';
import { compareStrings } from '../values/compare';
import { jsonKey } from '../values/json';
import { RegoObject } from '../values/object';
import { quoteGo } from '../values/print';
import { isArray } from '../values/type-name';
import type { Value } from '../values/value';
import type { Builtin } from './builtin';
import { chargeArray, chargeText } from './costs';
import { OBJECT, STRING, declare } from './declare';
import { failure, isSet, operandError } from './operands';

/** `urlquery.*`: the query of a URL, as Go's `net/url` writes and reads it. */
export const URLQUERY: readonly Builtin[] = [
  declare('urlquery.encode', [STRING], STRING, ([text], { budget }) => escapeQuery(text as string, budget)),
  declare('urlquery.decode', [STRING], STRING, ([text], { budget }) => unescapeQuery(text as string, budget)),
  declare('urlquery.encode_object', [OBJECT], STRING, ([object], { budget }) =>
    encodeObject(object as RegoObject, budget),
  ),
  declare('urlquery.decode_object', [STRING], OBJECT, ([text], { budget }) => decodeObject(text as string, budget)),
];

const UNRESERVED = /^[A-Za-z0-9_.~-]*$/;
const RESERVED_RUNS = /[^A-Za-z0-9_.~-]+/g;

function escapeQuery(text: string, budget: Budget): string {
  chargeText(budget, 4 * text.length);
  return UNRESERVED.test(text) ? text : text.replace(RESERVED_RUNS, escapeRun);
}

function escapeRun(run: string): string {
  return Array.from(bytesOfString(run), (byte) =>
    byte === 0x20 ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}

const ESCAPE = /%[\da-fA-F]{2}/g;

function unescapeQuery(text: string, budget: Budget): string {
  chargeText(budget, 2 * text.length);
  const spaced = text.replaceAll('+', ' ');
  const wrong = /%(?![\da-fA-F]{2})/.exec(text);
  if (wrong !== null) {
    throw failure(`invalid URL escape ${quoteGo(text.slice(wrong.index, wrong.index + 3))}`);
  }
  if (!spaced.includes('%')) {
    return spaced;
  }
  const parts: Buffer[] = [];
  let from = 0;
  for (const escape of spaced.matchAll(ESCAPE)) {
    parts.push(bytesOfString(spaced.slice(from, escape.index)), Buffer.from(escape[0].slice(1), 'hex'));
    from = escape.index + 3;
    chargeArray(budget, 16);
  }
  parts.push(bytesOfString(spaced.slice(from)));
  return stringFromBytes(Buffer.concat(parts));
}

/** Sorted by name; an array or set gives its name once per element. */
function encodeObject(object: RegoObject, budget: Budget): string {
  const parameters: string[] = [];
  const members = object.entries().map(([key, value]) => [jsonKey(key), value] as const);
  for (const [name, value] of members.sort(([a], [b]) => compareStrings(a, b))) {
    const values = isArray(value) ? value : isSet(value) ? value.sorted() : [value];
    for (const text of values) {
      if (typeof text !== 'string') {
        throw operandError(1, 'values must be string, array[string], or set[string]');
      }
      parameters.push(`${escapeQuery(name, budget)}=${escapeQuery(text, budget)}`);
    }
  }
  return parameters.join('&');
}

function decodeObject(text: string, budget: Budget): RegoObject {
  chargeText(budget, text.length);
  const members = new Map<string, Value[]>();
  for (const parameter of text.split('&')) {
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
  return RegoObject.fromStrings(members);
}
