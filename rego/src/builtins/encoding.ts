import { Buffer } from 'buffer';
import { BuiltinError } from '../errors.js';
import type { Budget } from '../evaluate/budget.js';
import { bytesOfString, stringFromBytes } from '../values/bytes.js';
import { JsonError, parseJson } from '../values/json.js';
import type { RegoObject } from '../values/object.js';
import { quoteJson, stringifyJson, type JsonLayout } from '../values/stringify-json.js';
import type { Value } from '../values/value.js';
import type { Builtin } from './builtin.js';
import { chargeReading, chargeText, growth } from './costs.js';
import { ANY, BOOLEAN, OBJECT, STRING, declare } from './declare.js';
import { failure, operandError, operandTypeError } from './operands.js';
import { decodeBase64, decodeBase64Url } from './x509/base64.js';

const JSON_BYTES_PER_CHARACTER = 16;
/** Rates, on a slow machine, for work that cannot be interrupted. */
const JSON_CHARACTERS_PER_MS = 5_000;
const BYTES_PER_MS = 10_000;

/** Encodings of bytes and JSON (OPA `topdown/encoding.go`); `urlquery.*` and `yaml.*` are in separate files. */
export const ENCODING: readonly Builtin[] = [
  convert('base64.encode', (text) => bytesOfString(text).toString('base64')),
  convert('base64.decode', (text) => stringFromBytes(decodeBase64(text, 'standard'))),
  declare('base64.is_valid', [ANY], BOOLEAN, ([text], { budget }) => isBase64(text, budget)),
  convert('base64url.encode', (text) => {
    const encoded = bytesOfString(text).toString('base64url');
    return encoded + '='.repeat((4 - (encoded.length % 4)) % 4);
  }),
  convert('base64url.encode_no_pad', (text) => bytesOfString(text).toString('base64url')),
  convert('base64url.decode', (text) => stringFromBytes(decodeBase64Url(text))),
  convert('hex.encode', (text) => bytesOfString(text).toString('hex')),
  convert('hex.decode', decodeHex),
  declare('json.marshal', [ANY], STRING, ([value = null], { budget }) => marshal(value, undefined, budget)),
  declare('json.marshal_with_options', [ANY, OBJECT], STRING, ([value = null, options], { budget }) => {
    const layout = readLayout(options as RegoObject);
    return (layout?.prefix ?? '') + marshal(value, layout, budget);
  }),
  declare('json.unmarshal', [STRING], ANY, ([text], { budget }) => unmarshal(text as string, budget)),
  declare('json.is_valid', [ANY], BOOLEAN, ([text], { budget }) => isValidJson(text, budget)),
];

function convert(name: string, change: (text: string) => string): Builtin {
  return declare(name, [STRING], STRING, ([text], { budget }) => {
    budget.reserve((text as string).length / BYTES_PER_MS);
    chargeText(budget, 4 * (text as string).length);
    return change(text as string);
  });
}

function isBase64(text: Value | undefined, budget: Budget): boolean {
  if (typeof text !== 'string') {
    return false;
  }
  budget.reserve(text.length / BYTES_PER_MS);
  chargeText(budget, text.length);
  try {
    decodeBase64(text, 'standard');
    return true;
  } catch (error) {
    if (error instanceof BuiltinError) {
      return false;
    }
    throw error;
  }
}

const HEX_PAIRS = /^(?:[\da-fA-F]{2})*/;

function decodeHex(text: string): string {
  const [valid = ''] = HEX_PAIRS.exec(text) ?? [];
  if (valid.length === text.length) {
    return stringFromBytes(Buffer.from(text, 'hex'));
  }
  const wrong = text.slice(valid.length).replace(/^[\da-fA-F]/, '');
  if (wrong === '') {
    throw failure('encoding/hex: odd length hex string');
  }
  const byte = bytesOfString(String.fromCodePoint(wrong.codePointAt(0) ?? 0))[0] ?? 0;
  const code = byte.toString(16).toUpperCase().padStart(4, '0');
  throw failure(`encoding/hex: invalid byte: U+${code} '${String.fromCharCode(byte)}'`);
}

function marshal(value: Value, layout: JsonLayout | undefined, budget: Budget): string {
  return stringifyJson(value, layout, growth(budget));
}

/** Returns the layout that the options request; undefined means JSON on one line. */
function readLayout(options: RegoObject): JsonLayout | undefined {
  let indent = '\t';
  let prefix = '';
  let implied = false;
  let pretty: boolean | undefined;
  for (const [key, option] of options.entries()) {
    if (key === 'indent' || key === 'prefix') {
      const text = textOption(key, option);
      [indent, prefix] = key === 'indent' ? [text, prefix] : [indent, text];
      implied = true;
    } else if (key === 'pretty') {
      if (typeof option !== 'boolean') {
        throw operandError(2, 'key "pretty" failed cast to bool');
      }
      pretty = option;
    } else {
      throw operandError(
        2,
        `object contained unknown key ${typeof key === 'string' ? quoteJson(key) : stringifyJson(key)}`,
      );
    }
  }
  return (pretty ?? implied) ? { indent, prefix } : undefined;
}

function textOption(key: string, option: Value): string {
  if (typeof option !== 'string') {
    throw operandError(2, `key "${key}" failed cast to string: ${operandTypeError(0, option, 'string').message}`);
  }
  return option;
}

function unmarshal(text: string, budget: Budget): Value {
  budget.reserve(text.length / JSON_CHARACTERS_PER_MS);
  budget.allocate(JSON_BYTES_PER_CHARACTER * text.length);
  chargeReading(budget, text.length);
  try {
    return parseJson(text);
  } catch (error) {
    throw error instanceof JsonError ? failure(error.message) : error;
  }
}

function isValidJson(text: Value | undefined, budget: Budget): boolean {
  if (typeof text !== 'string') {
    return false;
  }
  budget.reserve(text.length / JSON_CHARACTERS_PER_MS);
  budget.allocate(JSON_BYTES_PER_CHARACTER * text.length);
  chargeReading(budget, text.length);
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
