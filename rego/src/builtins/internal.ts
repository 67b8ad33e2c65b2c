import { RegoError } from '../errors.js';
import type { Budget } from '../evaluate/budget.js';
import { equalValues } from '../values/compare.js';
import { displayValue } from '../values/print.js';
import { isArray } from '../values/type-name.js';
import type { RegoArray, Value } from '../values/value.js';
import type { Builtin, BuiltinContext } from './builtin.js';
import { chargeText, growth } from './costs.js';
import { ANY, ARRAY, BOOLEAN, STRING, declare } from './declare.js';
import { isObject, isSet } from './operands.js';

/** The functions that operators and statements compile to (`in`, `print`, interpolation), and `print` and `trace`. */
export const INTERNAL: readonly Builtin[] = [
  declare('internal.member_2', [ANY, ANY], BOOLEAN, ([value = null, collection], { budget }) =>
    isMember(value, collection, budget),
  ),
  declare('internal.member_3', [ANY, ANY, ANY], BOOLEAN, ([key = null, value = null, collection]) =>
    isMemberAt(key, value, collection),
  ),
  declare('internal.template_string', [ARRAY], STRING, ([parts], { budget }) =>
    (parts as RegoArray).map((part) => onlyTextOf(part, budget)).join(''),
  ),
  {
    ...declare('internal.print', [ARRAY], BOOLEAN, ([parts], context) => print(parts as RegoArray, context)),
    nondeterministic: true,
  },
  { ...declare('print', [], BOOLEAN, (args, context) => printAll(args, context)), nondeterministic: true },
  { ...declare('trace', [STRING], BOOLEAN, () => true), nondeterministic: true },
];

/**
 * Returns whether a collection has the member. The members of an object are its values; a value that is not a collection does not have
 * members.
 */
function isMember(value: Value, collection: Value | undefined, budget: Budget): boolean {
  if (isSet(collection)) {
    return collection.has(value);
  }
  if (isObject(collection)) {
    budget.step(collection.size);
    return !collection.every((member) => !equalValues(member, value));
  }
  if (collection === undefined || !isArray(collection)) {
    return false;
  }
  budget.step(collection.length);
  return collection.some((item) => equalValues(item, value));
}

function isMemberAt(key: Value, value: Value, collection: Value | undefined): boolean {
  if (isSet(collection)) {
    return collection.has(key) && equalValues(key, value);
  }
  const member = isObject(collection)
    ? collection.get(key)
    : collection !== undefined && isArray(collection) && typeof key === 'number'
      ? collection[key]
      : undefined;
  return member !== undefined && equalValues(member, value);
}

/** Returns the text of an argument. An argument that can be undefined is passed as a set of at most one value. */
function textOf(part: Value, budget: Budget): string {
  const shown = isSet(part) ? (part.size === 0 ? '<undefined>' : (part.sorted()[0] ?? null)) : part;
  return displayValue(shown, growth(budget));
}

/**
 * Returns the text of the only value. Two values are a fatal error, as in OPA, because the choice would
 * be ambiguous.
 */
function onlyTextOf(part: Value, budget: Budget): string {
  if (isSet(part) && part.size > 1) {
    throw new RegoError('eval_conflict_error', 'template-strings must not produce multiple outputs');
  }
  return textOf(part, budget);
}

/** Prints one line for each combination of the arguments' values (OPA `builtinPrintCrossProductOperands`). */
function print(parts: RegoArray, context: BuiltinContext): boolean {
  if (context.print === undefined) {
    return true;
  }
  const choices = parts.map((part) =>
    isSet(part) && part.size > 1
      ? part.sorted().map((value) => shownAlone(value, context.budget))
      : [textOf(part, context.budget)],
  );
  const line: string[] = [];
  const printFrom = (position: number): void => {
    const texts = choices[position];
    if (texts === undefined) {
      const text = line.join(' ');
      chargeText(context.budget, text.length);
      context.print?.(text);
      return;
    }
    for (const text of texts) {
      line[position] = text;
      printFrom(position + 1);
    }
  };
  printFrom(0);
  return true;
}

/** Prints one line. `undefined` arguments print as `<undefined>`. */
function printAll(args: readonly (Value | undefined)[], { print: write, budget }: BuiltinContext): boolean {
  write?.(args.map((arg) => (arg === undefined ? '<undefined>' : shownAlone(arg, budget))).join(' '));
  return true;
}

function shownAlone(value: Value, budget: Budget): string {
  return displayValue(value, growth(budget));
}
