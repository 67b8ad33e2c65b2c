import { below } from '../../../kernel/json/json-pointer';
import { evaluatorFacts } from './evaluators';
import { Faults } from './faults';
import { FLAG_LIMITS, type FlagFault, type JsonObject } from '../contract/flag-document.types';
import { isObject, own } from './json-object';
import { checkResults } from './validate-results';
import { type EvaluatorFacts, shown, validateTargeting } from './validate-targeting';

const DOCUMENT_MEMBERS: ReadonlySet<string> = new Set(['$schema', 'flags', '$evaluators', 'metadata']);
const FLAG_MEMBERS: ReadonlySet<string> = new Set(['state', 'variants', 'defaultVariant', 'targeting', 'metadata']);

const CONTROL = /[\u0000-\u001f\u007f]/;

/** Checks a document. A document without faults is a {@link FlagDocument}, and the evaluation of its flags is bounded. */
export function validateDocument(value: unknown): readonly FlagFault[] {
  const faults = new Faults();
  if (!isObject(value)) {
    faults.add('', 'wrong_type', 'Send flags as a JSON object: {"flags": {…}}.');
    return faults.list;
  }
  unknownMembers(value, DOCUMENT_MEMBERS, '', faults);
  const schema = own(value, '$schema');
  if (schema !== undefined && typeof schema !== 'string') faults.add('/$schema', 'wrong_type', 'must be a string.');
  checkMetadata(own(value, 'metadata'), '/metadata', faults);
  const evaluators = objectAt(value, '$evaluators', '', faults) ?? {};
  checkNames(evaluators, '/$evaluators', FLAG_LIMITS.maxEvaluators, faults);
  const facts = evaluatorFacts(evaluators, '/$evaluators', faults);
  const flags = objectAt(value, 'flags', '', faults);
  if (flags === null) {
    if (!Object.hasOwn(value, 'flags')) faults.add('/flags', 'missing', 'The document must have "flags".');
    return faults.list;
  }
  checkNames(flags, '/flags', FLAG_LIMITS.maxFlags, faults);
  let size = 0;
  for (const [key, flag] of Object.entries(flags)) {
    if (faults.isFull) break;
    size += checkFlag(flag, below('/flags', key), { evaluators, facts }, faults);
  }
  if (size > FLAG_LIMITS.maxExpandedSize) {
    const message = `All flags together have more than ${FLAG_LIMITS.maxExpandedSize} values, with shared evaluators expanded.`;
    faults.add('/flags', 'too_large', message);
  }
  return faults.list;
}

interface Shared {
  readonly evaluators: JsonObject;
  readonly facts: EvaluatorFacts;
}

/**
 * Checks a flag.
 * @returns the number of its values, with shared evaluators expanded.
 */
function checkFlag(flag: unknown, pointer: string, { evaluators, facts }: Shared, faults: Faults): number {
  if (!isObject(flag)) {
    faults.add(pointer, 'wrong_type', 'A flag must be an object with state, variants and defaultVariant.');
    return 0;
  }
  unknownMembers(flag, FLAG_MEMBERS, pointer, faults);
  const state = own(flag, 'state');
  if (state !== 'ENABLED' && state !== 'DISABLED') {
    faults.add(
      below(pointer, 'state'),
      state === undefined ? 'missing' : 'bad_state',
      'state must be "ENABLED" or "DISABLED".',
    );
  }
  checkMetadata(own(flag, 'metadata'), below(pointer, 'metadata'), faults);
  const variants = checkVariants(flag, pointer, faults);
  const targeting = objectAt(flag, 'targeting', pointer, faults);
  const size = variants === null ? 0 : countValues(variants);
  if (targeting === null || Object.keys(targeting).length === 0) return size;
  const place = below(pointer, 'targeting');
  const { nodes, values, depth } = validateTargeting(targeting, place, facts, faults);
  const isBounded = nodes <= FLAG_LIMITS.maxTargetingNodes && depth <= FLAG_LIMITS.maxTargetingDepth;
  if (variants !== null && isBounded) checkResults(targeting, place, { variants, evaluators }, faults);
  return size + nodes + values;
}

/** Counts the values of any kind in a value, without recursion. */
function countValues(value: object): number {
  const waiting: object[] = [value];
  let count = 0;
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const member of Object.values(next) as readonly unknown[]) {
      count += 1;
      if (typeof member === 'object' && member !== null) waiting.push(member);
    }
  }
  return count;
}

/**
 * Checks the variants.
 * @returns the variants, if there are any, for checking the targeting.
 */
function checkVariants(flag: JsonObject, pointer: string, faults: Faults): JsonObject | null {
  const variants = objectAt(flag, 'variants', pointer, faults);
  const place = below(pointer, 'variants');
  if (variants === null) {
    if (!Object.hasOwn(flag, 'variants')) faults.add(place, 'missing', 'A flag must have variants: {"on": true, …}.');
    return null;
  }
  const entries = Object.entries(variants);
  if (entries.length === 0) faults.add(place, 'missing', 'A flag must have at least one variant.');
  checkNames(variants, place, FLAG_LIMITS.maxVariants, faults);
  const types = entries.map(([, value]) => typeOf(value));
  for (const [index, [name]] of entries.entries()) {
    const type = types[index];
    if (type === null) {
      faults.add(below(place, name), 'wrong_type', 'A variant must be a boolean, string, number or object.');
    } else if (types[0] !== null && type !== types[0]) {
      faults.add(
        below(place, name),
        'mixed_types',
        `The variants of a flag must have the same type; the first is a ${types[0]}.`,
      );
    }
  }
  checkNumbers(variants, place, faults);
  const initial = own(flag, 'defaultVariant');
  if (initial !== undefined && initial !== null && (typeof initial !== 'string' || !Object.hasOwn(variants, initial))) {
    const named = typeof initial === 'string' ? `"${shown(initial)}" is not one of the variants` : 'must be a string';
    faults.add(below(pointer, 'defaultVariant'), 'unknown_variant', `${named}; omit it for the caller's default.`);
  }
  return variants;
}

/** Rejects numbers that are not exactly representable, anywhere in the variants. Does not use recursion. */
function checkNumbers(variants: JsonObject, pointer: string, faults: Faults): void {
  const waiting: { readonly value: object; readonly at: string }[] = [{ value: variants, at: pointer }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const [name, value] of Object.entries(next.value) as [string, unknown][]) {
      if (typeof value === 'object' && value !== null) waiting.push({ value, at: below(next.at, name) });
      if (typeof value !== 'number' || Math.abs(value) <= Number.MAX_SAFE_INTEGER) continue;
      const message = 'The number is beyond 2^53 - 1 (9007199254740991), where numbers are not exact. Use a string.';
      faults.add(below(next.at, name), 'too_large', message);
    }
  }
}

function typeOf(value: unknown): 'boolean' | 'string' | 'number' | 'object' | null {
  if (typeof value === 'boolean' || typeof value === 'string') return typeof value as 'boolean' | 'string';
  if (typeof value === 'number') return 'number';
  return isObject(value) ? 'object' : null;
}

/** Returns an object, or `null` if the member is absent or (which is a fault) has a different type. */
function objectAt(parent: JsonObject, member: string, pointer: string, faults: Faults): JsonObject | null {
  const value = own(parent, member);
  if (value === undefined) return null;
  if (isObject(value)) return value;
  faults.add(below(pointer, member), 'wrong_type', 'must be an object.');
  return null;
}

function unknownMembers(object: JsonObject, known: ReadonlySet<string>, pointer: string, faults: Faults): void {
  for (const name of Object.keys(object)) {
    if (!known.has(name))
      faults.add(below(pointer, name), 'unknown_member', `Unknown member. Use one of: ${[...known].join(', ')}.`);
  }
}

/** Checks the names of flags, variants and evaluators: they must not be empty, too long, unprintable, or special property names. */
function checkNames(object: JsonObject, pointer: string, max: number, faults: Faults): void {
  const names = Object.keys(object);
  if (names.length > max) faults.add(pointer, 'too_many', `There are ${names.length}; the limit is ${max}.`);
  for (const name of names) {
    const fault = nameFault(name);
    if (fault !== null) faults.add(below(pointer, name.slice(0, 2 * FLAG_LIMITS.maxKeyBytes)), 'bad_name', fault);
  }
}

/** Returns the reason why the name of a flag, a variant or an evaluator is invalid, or `null` for a valid name. */
export function nameFault(name: string): string | null {
  if (name === '') return 'The name is empty.';
  if (name === '__proto__') return '"__proto__" cannot be a name.';
  if (Buffer.byteLength(name) > FLAG_LIMITS.maxKeyBytes) return `A name has at most ${FLAG_LIMITS.maxKeyBytes} bytes.`;
  if (CONTROL.test(name) || !name.isWellFormed()) return 'A name cannot have control characters or lone surrogates.';
  return null;
}

function checkMetadata(metadata: unknown, pointer: string, faults: Faults): void {
  if (metadata === undefined) return;
  if (!isObject(metadata)) {
    faults.add(pointer, 'wrong_type', 'metadata must be an object.');
    return;
  }
  for (const [name, value] of Object.entries(metadata)) {
    if (name === '__proto__') faults.add(below(pointer, name), 'bad_name', '"__proto__" cannot be a name.');
    if (typeof value === 'object') {
      faults.add(below(pointer, name), 'wrong_type', 'A metadata value must be a string, number or boolean.');
    }
  }
  if (Buffer.byteLength(JSON.stringify(metadata)) > FLAG_LIMITS.maxMetadataBytes) {
    faults.add(pointer, 'too_large', `metadata can have at most ${FLAG_LIMITS.maxMetadataBytes} bytes as JSON.`);
  }
}
