import { below } from '../../../kernel/json/json-pointer';
import type { Faults } from './faults';
import { FLAG_LIMITS, type JsonObject } from '../contract/flag-document.types';
import { isObject } from './json-object';
import { argumentsOf, operatorOf, OPERATORS, type OperatorRule, VERSION, VERSION_OPERATORS } from './operators';
import { checkFractional } from './validate-fractional';

/** The cost of an expression with its shared evaluators expanded. */
export interface ExpressionFacts {
  readonly depth: number;
  /** The number of operators and lists. */
  readonly nodes: number;
  /** The number of plain values. */
  readonly values: number;
  readonly hasLoop: boolean;
  /** True if the expression contains an operator whose result can grow with each round of a `reduce`. */
  readonly grows: boolean;
}

/** Returns a shared evaluator by name, or `null` if it does not exist or is invalid. */
export type EvaluatorFacts = (name: string) => ExpressionFacts | null;

const PLAIN: ExpressionFacts = { depth: 0, nodes: 0, values: 1, hasLoop: false, grows: false };
/** Properties that every JavaScript object inherits. Not every engine can distinguish them from attributes with these names. */
const INHERITED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const FLAGD_VARIABLES: ReadonlySet<string> = new Set(['$flagd.flagKey', '$flagd.timestamp']);

/**
 * Checks a targeting expression: its operators, their arguments and its limits. The size and depth are bounded, loops are allowed only over
 * plain lists from the context or the expression, and loops cannot be nested. The length of lists and strings is known only at evaluation,
 * and each evaluation is charged for it (`engine/work-limit.ts`).
 * @returns the cost of the expression.
 */
export function validateTargeting(
  expression: unknown,
  pointer: string,
  evaluators: EvaluatorFacts,
  faults: Faults,
): ExpressionFacts {
  const facts = new TargetingCheck(evaluators, faults).expression(expression, pointer, OUTSIDE);
  const { maxTargetingDepth, maxTargetingNodes, maxTargetingValues } = FLAG_LIMITS;
  if (facts.depth > maxTargetingDepth) {
    faults.add(pointer, 'too_deep', `The expression is deeper than ${maxTargetingDepth} levels.`);
  }
  if (facts.nodes > maxTargetingNodes) {
    faults.add(pointer, 'too_large', `The expression has more than ${maxTargetingNodes} operators and lists.`);
  }
  if (facts.values > maxTargetingValues) {
    faults.add(pointer, 'too_large', `The expression has more than ${maxTargetingValues} values.`);
  }
  return facts;
}

/** The location of an expression. */
interface Place {
  readonly level: number;
  readonly inLoop: boolean;
  readonly inReduce: boolean;
}
const OUTSIDE: Place = { level: 0, inLoop: false, inReduce: false };

class TargetingCheck {
  constructor(
    private readonly evaluators: EvaluatorFacts,
    private readonly faults: Faults,
  ) {}

  expression(value: unknown, pointer: string, place: Place): ExpressionFacts {
    if (typeof value !== 'object' || value === null) return PLAIN;
    // Deeper levels are rejected anyway, and are not traversed.
    if (place.level > FLAG_LIMITS.maxTargetingDepth) return { ...PLAIN, depth: 1 };
    const inner = { ...place, level: place.level + 1 };
    if (Array.isArray(value)) {
      return sum(value.map((element, index) => this.expression(element, below(pointer, index), inner)));
    }
    const name = operatorOf(value);
    if (name === null) {
      this.faults.add(
        pointer,
        'not_an_expression',
        'An expression must be an object with one member, the name of its operator.',
      );
      return PLAIN;
    }
    const rule = OPERATORS.get(name);
    if (!rule) {
      this.faults.add(below(pointer, name), 'unknown_operator', `Unknown operator "${shown(name)}".`);
      return PLAIN;
    }
    return this.operator(name, rule, (value as JsonObject)[name], below(pointer, name), inner);
  }

  private operator(name: string, rule: OperatorRule, operand: unknown, pointer: string, place: Place): ExpressionFacts {
    if (name === '$ref') return this.reference(operand, pointer, place);
    const args = argumentsOf(operand);
    if (args.length < rule.min || args.length > rule.max) {
      this.faults.add(pointer, 'wrong_arguments', `"${name}" takes ${countWords(rule)}, not ${args.length}.`);
    }
    if (rule.isLoop && place.inLoop) this.nestedLoop(pointer);
    if (rule.grows && place.inReduce) this.growing(pointer, name);
    this.particular(name, args, pointer);
    const at = (index: number): string => (Array.isArray(operand) ? below(pointer, index) : pointer);
    const facts = sum(
      args.map((arg, index) => this.expression(arg, at(index), this.placeOf(name, rule, index, place))),
    );
    return { ...facts, hasLoop: facts.hasLoop || rule.isLoop === true, grows: facts.grows || rule.grows === true };
  }

  private placeOf(name: string, rule: OperatorRule, index: number, place: Place): Place {
    if (!rule.isLoop || index > 1) return place;
    return { ...place, inLoop: true, inReduce: place.inReduce || (name === 'reduce' && index === 1) };
  }

  private particular(name: string, args: readonly unknown[], pointer: string): void {
    const { faults } = this;
    if (name === 'var') checkVariable(args[0], pointer, faults);
    if (name === 'missing') for (const path of args) checkPath(path, pointer, faults);
    if (name === 'missing_some' && Array.isArray(args[1])) for (const path of args[1]) checkPath(path, pointer, faults);
    if (name === 'sem_ver') checkVersions(args, pointer, faults);
    if (name === 'fractional') checkFractional(args, pointer, faults);
    if (name === 'starts_with' || name === 'ends_with') checkTexts(name, args, pointer, faults);
    if (OPERATORS.get(name)?.isLoop && !isPlainList(args[0])) {
      faults.add(pointer, 'bad_loop', `The list of "${name}" must be a "var" or written out.`);
    }
  }

  private reference(operand: unknown, pointer: string, place: Place): ExpressionFacts {
    if (typeof operand !== 'string') {
      this.faults.add(pointer, 'bad_reference', '"$ref" must be the name of an evaluator.');
      return PLAIN;
    }
    const facts = this.evaluators(operand);
    if (facts === null) {
      this.faults.add(pointer, 'missing_evaluator', `There is no evaluator "${shown(operand)}" in $evaluators.`);
      return PLAIN;
    }
    if (facts.hasLoop && place.inLoop) this.nestedLoop(pointer);
    if (facts.grows && place.inReduce) this.growing(pointer, '$ref');
    return facts;
  }

  private nestedLoop(pointer: string): void {
    this.faults.add(pointer, 'nested_loop', 'A loop cannot be nested in another loop.');
  }

  private growing(pointer: string, name: string): void {
    this.faults.add(
      pointer,
      'bad_loop',
      `"${name}" is not allowed in "reduce", where its result would grow each round.`,
    );
  }
}

function checkVariable(path: unknown, pointer: string, faults: Faults): void {
  if (typeof path === 'object' && path !== null && !isObject(path)) {
    faults.add(pointer, 'bad_variable', '"var" must be the path of a value, as a string.');
  }
  checkPath(path, pointer, faults);
}

/** Checks the path of a value in the context, if it is a literal. */
function checkPath(path: unknown, pointer: string, faults: Faults): void {
  if (typeof path !== 'string') return;
  if (path.split('.').some((member) => INHERITED.has(member))) {
    const message = 'A path cannot contain "__proto__", "constructor" or "prototype". Rename the attribute.';
    faults.add(pointer, 'bad_variable', message);
  }
  if (path.includes('../')) faults.add(pointer, 'bad_variable', 'A path cannot leave a loop with "../".');
  if (path.startsWith('$flagd') && !FLAGD_VARIABLES.has(path)) {
    faults.add(pointer, 'bad_variable', 'Only "$flagd.flagKey" and "$flagd.timestamp" exist.');
  }
}

function checkVersions(args: readonly unknown[], pointer: string, faults: Faults): void {
  for (const index of [0, 2]) {
    const version = args[index];
    if (typeof version === 'object' || version === undefined) continue;
    if (!VERSION.test(textOf(version))) {
      faults.add(below(pointer, index), 'bad_version', 'The version must be like 1.2.3 (SemVer 2.0.0).');
    }
  }
  const operator = args[1];
  if (typeof operator === 'object' || operator === undefined) return;
  if (!VERSION_OPERATORS.has(textOf(operator))) {
    faults.add(
      below(pointer, 1),
      'bad_version_operator',
      `The operator must be one of: ${[...VERSION_OPERATORS].join(' ')}.`,
    );
  }
}

function checkTexts(name: string, args: readonly unknown[], pointer: string, faults: Faults): void {
  for (const [index, arg] of args.entries()) {
    if (typeof arg === 'string' || isObject(arg)) continue;
    faults.add(below(pointer, index), 'wrong_arguments', `"${name}" requires strings.`);
  }
}

/** Returns true for a variable or a list of plain values, whose length the context or the expression bounds. */
function isPlainList(list: unknown): boolean {
  if (Array.isArray(list)) return list.every((element) => typeof element !== 'object' || element === null);
  return isObject(list) && operatorOf(list) === 'var';
}

function sum(parts: readonly ExpressionFacts[]): ExpressionFacts {
  let [depth, nodes, values, hasLoop, grows] = [0, 1, 0, false, false];
  for (const part of parts) {
    depth = Math.max(depth, part.depth);
    nodes += part.nodes;
    values += part.values;
    hasLoop ||= part.hasLoop;
    grows ||= part.grows;
  }
  return { depth: depth + 1, nodes, values, hasLoop, grows };
}

function countWords({ min, max }: OperatorRule): string {
  const plural = (count: number): string => `${count} argument${count === 1 ? '' : 's'}`;
  if (min === max) return plural(min);
  return max === Number.POSITIVE_INFINITY ? `at least ${plural(min)}` : `${min} to ${plural(max)}`;
}

/** Returns a string or number in the form that the engine uses, or an empty string for any other value. */
function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Returns enough of a caller's string to recognize it. */
export function shown(text: string): string {
  return text.length <= 64 ? text : `${text.slice(0, 64)}…`;
}
