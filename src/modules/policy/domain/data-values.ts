import { LineCounter, parseDocument, type Tags } from 'yaml';
import { ExactNumber, JsonError, parseJsonData } from '@coresdk/rego/values';
import type { FaultPlace } from './faults';
import { jsonFaultPlace } from './json-fault';

/** The maximum depth of a data document, which evaluations and copies walk recursively. */
const MAX_DEPTH = 256;
const TOO_DEEP = `Data can be nested at most ${MAX_DEPTH} levels deep.`;
/**
 * The maximum number of values in all of a bundle's data: each value takes a hundred bytes or more in every sidecar, but only a few bytes
 * in an archive.
 */
export const MAX_DATA_VALUES = 500_000;
/** YAML is parsed at a few MB/s; large data should be JSON. */
const MAX_YAML_BYTES = 1024 * 1024;

/** Tags of YAML 1.1 for values that JSON cannot represent; OPA reads such values as strings. */
const NOT_JSON = /:(?:timestamp|binary|set|omap|pairs)$/;

/**
 * YAML as OPA reads it: version 1.1, in which `yes` is true, without dates or base-60 numbers. A policy must have the same meaning in both
 * products.
 */
const OPA_YAML = {
  version: '1.1',
  merge: true,
  customTags: (tags: Tags): Tags =>
    tags.filter(
      (tag) => typeof tag === 'string' || (!NOT_JSON.test(tag.tag) && !('format' in tag && tag.format === 'TIME')),
    ),
} as const;

/** A fault in a data file. */
export class DataError extends Error {
  constructor(
    message: string,
    readonly place: FaultPlace = {},
  ) {
    super(message);
    this.name = 'DataError';
  }
}

/** Parses JSON text. Errors: {@link DataError} with the location. Nesting is not limited here. */
export function parseJsonText(text: string): unknown {
  // OPA ignores a byte order mark.
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  try {
    return parseJsonData(json);
  } catch (error) {
    if (error instanceof JsonError) throw new DataError(`${error.message}.`);
    // A reviver, which V8 calls recursively, preserves numbers.
    if (error instanceof RangeError) throw new DataError(TOO_DEEP);
    throw new DataError('This is not JSON.', placeOf(json));
  }
}

/**
 * Returns the value of YAML text (one document) as JSON. Errors: {@link DataError} for text that is not YAML, contains a value that JSON
 * cannot represent (`.nan`, `.inf`), or exceeds 1 MiB or the limit on alias expansion.
 */
export function parseYamlText(text: string): unknown {
  if (Buffer.byteLength(text) > MAX_YAML_BYTES) {
    throw new DataError(`A YAML file can have at most ${MAX_YAML_BYTES} bytes; write large data as data.json.`);
  }
  const lineCounter = new LineCounter();
  try {
    const document = parseDocument(text, { ...OPA_YAML, lineCounter, prettyErrors: false });
    const [error] = document.errors;
    if (error) {
      const { line, col } = lineCounter.linePos(error.pos[0]);
      throw new DataError(`This is not YAML: ${error.message}`, { row: line, col });
    }
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (error) {
    if (error instanceof DataError) throw error;
    // Caused by aliases that multiply, nesting too deep for the stack, or several documents in one file.
    throw new DataError('This YAML cannot be read: it is nested too deeply or its aliases make it too large.');
  }
}

/**
 * Checks that a value is JSON within the limits: at most 256 levels, at most half a million values, and only finite numbers. Walks the
 * value without recursion, because it may be nested deeper than the stack allows. Errors: {@link DataError}.
 * @returns the number of values, including the value itself.
 */
export function checkJsonValue(value: unknown): number {
  let level: unknown[] = [value];
  let values = 0;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw new DataError(TOO_DEEP);
    const next: unknown[] = [];
    for (const member of level) {
      if (++values > MAX_DATA_VALUES)
        throw new DataError(`The data of a bundle can have at most ${MAX_DATA_VALUES} values.`);
      if (isComposite(member)) {
        for (const inner of Object.values(member) as unknown[]) next.push(inner);
      } else if (!isJsonScalar(member)) {
        throw new DataError('Data has a value that JSON does not support, such as NaN.');
      }
    }
    level = next;
  }
  return values;
}

function isComposite(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

function isJsonScalar(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return value === null || typeof value === 'string' || typeof value === 'boolean' || value instanceof ExactNumber;
}

function placeOf(json: string): FaultPlace {
  try {
    return jsonFaultPlace(json);
  } catch {
    // An unterminated string of several megabytes is too long for a regular expression; the fault at least names the file.
    return {};
  }
}
