import { printBody, printModule } from './print-syntax.js';
import { policyOf } from '../evaluate/test-support.js';
import type { CompileOptions, PartialOptions } from '../policy-engine.js';
import { fromJson } from '../values/json.js';

export interface PartialCase extends PartialOptions {
  readonly input?: unknown;
  readonly data?: CompileOptions['data'];
}

/** Limits steps instead of time, because the number of steps is the same on every machine. */
const PATIENT = { deadlineMs: 60_000, maxSteps: 1_000_000 };

/**
 * Returns the residual queries and support modules for a query in package `a` as text, one per line, with `; ` between the expressions of a
 * query. Returns `never` if no queries remain, `always` for a query without expressions, or the error.
 */
export function residualText(source: string, query: string, { input, data, ...options }: PartialCase = {}): string {
  const given = input === undefined ? undefined : fromJson(input);
  const result = policyOf(source, data).partial(query, given, { limits: PATIENT, ...options });
  switch (result.outcome) {
    case 'partial': {
      const queries = result.queries.map((body) => oneLine(printBody(body)) || 'always');
      const modules = result.support.map((module) => oneLine(printModule(module)));
      return [...(queries.length === 0 ? ['never'] : queries), ...modules].join('\n');
    }
    case 'invalid':
      return result.errors.map(String).join('\n');
    case 'error':
      return String(result.error);
    case 'limit':
      return `limit: ${result.limit}`;
  }
}

const oneLine = (text: string): string =>
  text.trim().replaceAll('{\n\t', '{ ').replaceAll('\n}', ' }').replaceAll(/\n\s*/gu, '; ').replaceAll('; ; ', '; ');
/** A policy, and a query for its last rule. */
export interface RandomPolicy {
  readonly text: string;
  readonly query: string;
}

type Kind = 'complete' | 'default' | 'else' | 'set' | 'object' | 'function';

const KINDS: readonly Kind[] = ['complete', 'complete', 'default', 'else', 'set', 'object', 'function'];
const SCALARS = ['1', '2', '3', '"a"', '"b"', 'true', 'false', 'null'];
const PATHS = ['input.a', 'input.b', 'input.c', 'input.a.b', 'data.d.a'];
const REFERENCES = [
  ...PATHS,
  'input.b.a',
  'input.c[0]',
  'input.a[_]',
  'input.b[_]',
  'input[_]',
  'data.d.xs[_]',
  'input',
];
const COLLECTIONS = ['input.a', 'input.b', 'data.d.xs', '[1, 2, "a"]', '{"a": 1}'];

/** Generates the same policies and inputs for the same seed. */
export class RandomPolicies {
  private variables = 0;

  constructor(private seed: number) {}

  /** Generates rules that refer to earlier ones. Not every policy compiles: some compare values of different types. */
  policy(): RandomPolicy {
    const kinds: Kind[] = [];
    const rules: string[] = [];
    for (let at = 0; at < 4; at++) {
      const kind = at === 3 ? this.pick<Kind>(['complete', 'default', 'set', 'object']) : this.pick(KINDS);
      rules.push(...this.rules(kind, `p${at}`, kinds));
      kinds.push(kind);
    }
    const isMember = kinds[3] === 'set' || kinds[3] === 'object';
    const queries = isMember ? [' = x', '[x]', '[input.a]'] : [' = x', ' = true', '', ' = false'];
    return { text: `package test\n\n${rules.join('\n\n')}\n`, query: `data.test.p3${this.pick(queries)}` };
  }

  input(): Record<string, unknown> {
    return { a: this.value(2), b: this.value(2), ...(this.below(4) === 0 ? {} : { c: this.value(2) }) };
  }

  value(depth: number): unknown {
    const kind = this.below(depth > 0 ? 8 : 5);
    if (kind < 4) {
      return this.pick<unknown>([1, 2, 3, 'a', 'b', true, false, null, 0]);
    }
    const keys = ['a', 'b', 'c'].filter(() => this.below(3) > 0);
    return kind < 7
      ? Object.fromEntries(keys.map((key) => [key, this.value(depth - 1)]))
      : keys.map(() => this.value(depth - 1));
  }

  private rules(kind: Kind, name: string, kinds: readonly Kind[]): string[] {
    const body = (): string => `if {\n\t${[1, 2].map(() => this.expr(kinds)).join('\n\t')}\n}`;
    const value = (): string => this.pick([...SCALARS, ...PATHS]);
    switch (kind) {
      case 'complete':
        return [`${name} := ${value()} ${body()}`];
      case 'default':
        return [`default ${name} := ${this.pick(['false', '1'])}`, `${name} ${body()}`, `${name} ${body()}`];
      case 'else':
        return [`${name} := ${value()} ${body()} else := ${value()} ${body()}`];
      case 'set':
        return [`${name} contains ${value()} ${body()}`, `${name} contains ${value()} ${body()}`];
      case 'object':
        return [`${name}[${value()}] := ${value()} ${body()}`];
      case 'function':
        return [`${name}(arg) if {\n\targ ${this.pick(['==', '!=', '<'])} ${value()}\n\t${this.expr(kinds)}\n}`];
    }
  }

  private expr(kinds: readonly Kind[]): string {
    const reference = this.reference(kinds);
    switch (this.below(10)) {
      case 0:
        return `not ${reference.replaceAll('[_]', '.a')}`;
      case 1:
        return `not ${this.pick(PATHS)} ${this.pick(['==', '=', '!='])} ${this.pick([...SCALARS, ...PATHS])}`;
      case 2: {
        const name = `v${this.variables++}`;
        return `${name} := ${this.term(kinds)}; ${this.pick(['', 'not '])}${name} == ${this.pick(SCALARS)}`;
      }
      case 3: {
        const name = `v${this.variables++}`;
        return `some ${name} in ${this.pick(COLLECTIONS)}; ${name} ${this.pick(['==', '!='])} ${this.pick([...SCALARS, ...PATHS])}`;
      }
      case 4:
        return `every e in ${this.pick(COLLECTIONS)} { e ${this.pick(['==', '!=', '<'])} ${this.pick([...SCALARS, ...PATHS])} }`;
      case 5:
        return `${reference} with ${this.pick(['input.a', 'input', 'data.d.a'])} as ${this.pick([...SCALARS, '{"a": 1}', 'input.b'])}`;
      case 6:
        return `${reference} in ${this.pick(COLLECTIONS)}`;
      case 7:
        return reference;
      default:
        return `${reference} ${this.pick(['==', '!=', '>', '='])} ${this.term(kinds)}`;
    }
  }

  private term(kinds: readonly Kind[]): string {
    const path = this.pick(PATHS);
    const terms = [`[${path}, 1]`, `{"a": ${path}}`, `count(${path})`, `[y | y := ${this.pick(COLLECTIONS)}[_]]`];
    return this.pick([...SCALARS, ...terms, this.reference(kinds)]);
  }

  private reference(kinds: readonly Kind[]): string {
    if (kinds.length === 0 || this.below(2) === 0) {
      return this.pick(REFERENCES);
    }
    const at = this.below(kinds.length);
    const kind = kinds[at];
    if (kind === 'set' || kind === 'object') {
      return `p${at}${this.pick(['', '[_]', '[1]', `[${this.pick(PATHS)}]`])}`;
    }
    return kind === 'function' ? `p${at}(${this.pick([...SCALARS, ...PATHS])})` : `p${at}`;
  }

  private pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) {
      throw new Error('there is nothing to pick from');
    }
    return item;
  }

  private below(limit: number): number {
    this.seed = (Math.imul(this.seed, 1_103_515_245) + 12_345) & 0x7f_ff_ff_ff;
    return (this.seed >> 8) % limit;
  }
}
