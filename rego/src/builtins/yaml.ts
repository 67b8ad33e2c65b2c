import { parseDocument, type Document, type Tags, type YAMLError } from 'yaml';
import { LimitExceeded } from '../errors.js';
import type { Budget } from '../evaluate/budget.js';
import { byteSizeOf } from '../values/byte-size.js';
import { checkDepth } from '../values/depth.js';
import { fromBigInt, fromDouble } from '../values/number.js';
import { RegoObject } from '../values/object.js';
import type { Value } from '../values/value.js';
import type { Builtin } from './builtin.js';
import { chargeArray, chargeObject, chargeReading, chargeText } from './costs.js';
import { ANY, BOOLEAN, STRING, declare } from './declare.js';
import { failure } from './operands.js';
import { emitYaml } from './yaml-emit.js';

/** `yaml.*` as in `sigs.k8s.io/yaml`: YAML 1.1 converted to JSON. */
export const YAML: readonly Builtin[] = [
  declare('yaml.marshal', [ANY], STRING, ([value = null], { budget }) => {
    chargeText(budget, 2 * byteSizeOf(value));
    return emitYaml(value);
  }),
  declare('yaml.unmarshal', [STRING], ANY, ([text], { budget }) => parseYaml(text as string, budget)),
  declare('yaml.is_valid', [ANY], BOOLEAN, ([text], { budget }) => isValid(text, budget)),
];

/** The parser cannot be interrupted. These are its speed on a slow machine and its memory per character. */
const CHARACTERS_PER_MS = 150;
const BYTES_PER_CHARACTER = 200;
/** Limit on the repetition of nodes by aliases, as a multiple of the document's size. */
const MAX_ALIASES = 100;
/** The parser recurses into nested flow collections. */
const MAX_FLOW_NESTING = 200;

const TIMESTAMP = 'tag:yaml.org,2002:timestamp';

/**
 * Removes types that Go's yaml.v2 does not support: dates stay strings, and `1:30` is not a number. Sets, ordered maps and binary data are
 * not JSON.
 */
function tagsOfGo(tags: Tags): Tags {
  return tags.filter(
    (tag) =>
      typeof tag !== 'string' &&
      tag.tag !== TIMESTAMP &&
      tag.default !== false &&
      !('format' in tag && tag.format === 'TIME'),
  );
}

/** Parses a YAML document as `yaml.unmarshal` does. Errors: `BuiltinError`. */
export function parseYaml(text: string, budget: Budget): Value {
  budget.reserve(text.length / CHARACTERS_PER_MS);
  budget.allocate(BYTES_PER_CHARACTER * text.length);
  chargeReading(budget, text.length);
  checkFlowNesting(text);
  const document = read(text);
  const [error] = document.errors;
  if (error !== undefined) {
    throw failure(`yaml: ${faultOf(text, error)}`);
  }
  return fromYaml(toPlain(document), budget, 0);
}

/** Describes an error with its line, in the wording of Go's yaml package if that package has a message for it. */
function faultOf(text: string, { message, pos: [at] }: YAMLError): string {
  const [reason = ''] = message.split('\n', 1);
  const close = /^Flow (?:sequence|map) .* end with a ([\]}])/.exec(reason)?.[1];
  const line = linesBefore(text, at);
  if (close === undefined) {
    return `line ${line + 1}: ${reason}`;
  }
  // Go counts the lines of this error from 0 and omits 0. It reports the line where the collection starts or, if that is line 0, the line
  // of the error.
  const begin = linesBefore(text, text.lastIndexOf(close === ']' ? '[' : '{', at));
  const isAtEnd = text.slice(at).trim() === '';
  const shown = begin > 0 ? begin : isAtEnd ? linesBefore(text, text.trimEnd().length) + 1 : line;
  return `${shown > 0 ? `line ${shown}: ` : ''}did not find expected ',' or '${close}'`;
}

function linesBefore(text: string, at: number): number {
  return text.slice(0, Math.max(at, 0)).split('\n').length - 1;
}

function read(text: string): Document.Parsed {
  try {
    return parseDocument(text, {
      version: '1.1',
      merge: true,
      intAsBigInt: true,
      uniqueKeys: false,
      logLevel: 'silent',
      prettyErrors: false,
      customTags: tagsOfGo,
    });
  } catch (error) {
    throw failure(`yaml: ${reasonOf(error)}`);
  }
}

function toPlain(document: Document.Parsed): unknown {
  try {
    return document.toJS({ mapAsMap: true, maxAliasCount: MAX_ALIASES });
  } catch (error) {
    throw failure(`yaml: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof RangeError
    ? 'the document nests too deeply'
    : error instanceof Error
      ? error.message
      : 'invalid';
}

function checkFlowNesting(text: string): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === 0x5b || char === 0x7b) {
      depth++;
      if (depth > MAX_FLOW_NESTING) {
        throw failure('yaml: the document nests too deeply');
      }
    } else if ((char === 0x5d || char === 0x7d) && depth > 0) {
      depth--;
    }
  }
}

function fromYaml(data: unknown, budget: Budget, depth: number): Value {
  checkDepth(depth);
  if (data === null || data === undefined || typeof data === 'boolean') {
    return data ?? null;
  }
  if (typeof data === 'string') {
    return data.toWellFormed();
  }
  if (typeof data === 'bigint') {
    return fromBigInt(data);
  }
  if (typeof data === 'number') {
    if (!Number.isFinite(data)) {
      throw failure('yaml: infinite numbers and NaN are not JSON');
    }
    return fromDouble(data);
  }
  if (Array.isArray(data)) {
    chargeArray(budget, data.length);
    return data.map((item) => fromYaml(item, budget, depth + 1));
  }
  if (data instanceof Map) {
    chargeObject(budget, data.size);
    const members = new Map<string, Value>();
    for (const [key, member] of data as Map<unknown, unknown>) {
      members.set(keyText(key), fromYaml(member, budget, depth + 1));
    }
    return RegoObject.fromStrings(members);
  }
  throw failure('yaml: a value is not JSON');
}

/** Converts keys to strings, as `sigs.k8s.io/yaml` does for numbers and booleans. */
function keyText(key: unknown): string {
  if (typeof key === 'string') {
    return key.toWellFormed();
  }
  if (typeof key === 'number' || typeof key === 'boolean' || typeof key === 'bigint') {
    return String(key);
  }
  throw failure('yaml: a key of a mapping must be a string, a number or a boolean');
}

function isValid(text: Value | undefined, budget: Budget): boolean {
  if (typeof text !== 'string') {
    return false;
  }
  try {
    parseYaml(text, budget);
    return true;
  } catch (error) {
    if (error instanceof LimitExceeded) {
      throw error;
    }
    return false;
  }
}
