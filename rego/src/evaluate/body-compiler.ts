import type { CompiledRule } from '../compile/program.js';
import type { Body, Term } from '../syntax/ast.js';
import type { Value } from '../values/value.js';
import type { ExprCode, Getter } from './code.js';
import { compileExpr } from './compile-expr.js';
import { termGetter } from './compile-term.js';
import { compileUnify } from './compile-unify.js';
import { constantOf } from './constants.js';
import type { Context, World } from './context.js';
import { hoist } from './hoist.js';
import type { Names } from './names.js';
import type { Runtime } from './runtime.js';

/** The cost of compiling a term of a rule. It is charged to the first evaluation that needs the code. */
const STEPS_PER_TERM = 8;

/** Connects the parts of the body compiler, which refer to each other only through `Context`. */
export class BodyCompiler implements Context {
  constructor(
    readonly world: World,
    readonly names: Names,
    readonly rule: CompiledRule | undefined,
  ) {}

  get rt(): Runtime {
    return this.world.rt;
  }

  nested(): Context {
    return new BodyCompiler(this.world, this.names.nested(), this.rule);
  }

  body(body: Body): ExprCode[] {
    return body.flatMap((expr) => compileExpr(this, expr));
  }

  unify(a: Term, b: Term): ExprCode[] {
    this.rt.budget.step(STEPS_PER_TERM);
    return compileUnify(this, a, b);
  }

  getter(term: Term): Getter {
    this.rt.budget.step(STEPS_PER_TERM);
    return termGetter(this, term);
  }

  constant(term: Term): Value | undefined {
    return constantOf(term);
  }

  hoist(term: Term, out: ExprCode[]): Term {
    return hoist(this, term, out);
  }
}
