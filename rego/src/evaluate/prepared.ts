import type { EvaluateOptions, Evaluation, PreparedQuery, PreparedRule, QueryEvaluation } from '../policy-engine.js';
import type { QueryVariable } from '../compile/compile-query.js';
import type { Body, Term } from '../syntax/ast.js';
import { byteSizeOf, OBJECT_ENTRY_BYTES } from '../values/byte-size.js';
import type { Value } from '../values/value.js';
import { LimitExceeded, RegoError } from '../errors.js';
import { BodyCompiler } from './body-compiler.js';
import { chain, type Getter, type Step } from './code.js';
import type { World } from './context.js';
import type { InputPath } from './input-paths.js';
import { Names } from './names.js';
import type { Runtime } from './runtime.js';

const NO_OPTIONS: EvaluateOptions = {};
const UNDEFINED: Evaluation = { outcome: 'undefined' };

/** Returns the linked program to run: the plain one, or the one that reports to a trace. */
export type Worlds = (traced: boolean) => World;

/** A document, queried by its path. */
export class DocumentQuery implements PreparedRule {
  private plain: Getter | undefined;
  private traced: Getter | undefined;

  constructor(
    private readonly rt: Runtime,
    readonly path: string,
    private readonly term: Term,
    private readonly worlds: Worlds,
    readonly inputPaths: () => readonly InputPath[] | null,
  ) {}

  evaluate(input: Value | undefined, options: EvaluateOptions = NO_OPTIONS): Evaluation {
    try {
      const value = this.rt.run(input, options, () => {
        const found = this.getter(options.trace !== undefined)([]);
        checkResult(this.rt, found);
        return found;
      });
      return value === undefined ? UNDEFINED : { outcome: 'value', value };
    } catch (error) {
      return failureOf(error);
    }
  }

  private getter(traced: boolean): Getter {
    return traced ? (this.traced ??= this.compile(true)) : (this.plain ??= this.compile(false));
  }

  private compile(traced: boolean): Getter {
    return new BodyCompiler(this.worlds(traced), Names.empty(), undefined).getter(this.term);
  }
}

/** Checks the full size of a result. A result with shared parts can be small in memory and endless when written out. */
function checkResult(rt: Runtime, value: Value | undefined): void {
  if (typeof value === 'object' && value !== null && byteSizeOf(value) > rt.budget.limits.maxBytes) {
    throw new LimitExceeded('memory', `the result takes more than ${rt.budget.limits.maxBytes} bytes`);
  }
}

interface QueryCode {
  readonly names: Names;
  readonly run: Step;
}

/** A query with variables. */
export class ResultQuery implements PreparedQuery {
  private plain: QueryCode | undefined;
  private traced: QueryCode | undefined;
  private results: ReadonlyMap<string, Value>[] = [];

  constructor(
    private readonly rt: Runtime,
    private readonly body: Body,
    private readonly variables: readonly QueryVariable[],
    private readonly worlds: Worlds,
  ) {}

  evaluate(input: Value | undefined, options: EvaluateOptions = NO_OPTIONS): QueryEvaluation {
    const outer = this.results;
    const bindings: ReadonlyMap<string, Value>[] = (this.results = []);
    try {
      this.rt.run(input, options, () => {
        const code = this.code(options.trace !== undefined);
        code.run(code.names.fresh());
        bindings.forEach((binding) => binding.forEach((value) => checkResult(this.rt, value)));
      });
      return { outcome: 'results', bindings };
    } catch (error) {
      return failureOf(error);
    } finally {
      this.results = outer;
    }
  }

  private code(traced: boolean): QueryCode {
    return traced ? (this.traced ??= this.compile(true)) : (this.plain ??= this.compile(false));
  }

  private compile(traced: boolean): QueryCode {
    const names = Names.empty();
    const codes = new BodyCompiler(this.worlds(traced), names, undefined).body(this.body);
    const slots = this.variables.map(({ name, binds }) => [name, names.slot(binds)] as const);
    const run = chain(codes, (frame) => {
      const binding = new Map<string, Value>();
      this.rt.budget.allocate(OBJECT_ENTRY_BYTES * (slots.length + 1));
      for (const [name, slot] of slots) {
        const value = frame[slot];
        if (value !== undefined) {
          binding.set(name, value);
        }
      }
      this.results.push(binding);
      return false;
    });
    return { names, run };
  }
}

type Failure = Extract<Evaluation, { outcome: 'error' | 'limit' }>;

/** Converts an evaluation error to a failure. Rethrows errors in this program, as opposed to errors in a policy. */
export function failureOf(error: unknown): Failure {
  if (error instanceof LimitExceeded) {
    return { outcome: 'limit', limit: error.limit, message: error.message };
  }
  if (error instanceof RegoError) {
    return { outcome: 'error', error };
  }
  // Budgets keep evaluations far from the end of the stack, unless the caller is already near it or a rule's body is very long.
  if (error instanceof RangeError) {
    return {
      outcome: 'limit',
      limit: 'depth',
      message: 'the evaluation nests too deeply, or creates a value that is too large',
    };
  }
  throw error;
}
