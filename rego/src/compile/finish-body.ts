import type { Body, Expr, Location, Term } from '../syntax/ast.js';
import type { CompileClock } from './compile-clock.js';
import type { ErrorList } from './error-list.js';
import type { FunctionTable } from './functions.js';
import { Hoister } from './hoist-references.js';
import { Inliner } from './inline-calls.js';
import { isGenerated, type NameSource, originalName } from './names.js';
import { type BodyItem, bodyItems, reorderBody, type Reordered } from './reorder-body.js';
import { call, isComprehension, partsOf, resultTerms, walkTerm } from './syntax-walk.js';
import { mapExpr, mapParts, type SyntaxMap } from './syntax-map.js';
import { renameVariables } from './rename-variables.js';
import { addVariables, exprVariables, forEachClosure, variablesOf } from './variables.js';

export interface BodyContext {
  readonly functions: FunctionTable;
  readonly errors: ErrorList;
  readonly clock: CompileClock;
  readonly names: NameSource;
  /** See `CallFlattener`. */
  readonly movable: ReadonlySet<string>;
  /**
   * True for a query, which prints the result of `==`. In a rule, `a == b` becomes `a = b` after the safety check (OPA "RewriteEquals").
   */
  readonly query: boolean;
}

/**
 * The variables of a body and of its enclosing bodies: those that occur in each body, and those that are bound at the point where the inner
 * body occurs.
 */
interface Surroundings {
  readonly outer: Surroundings | undefined;
  readonly present: ReadonlySet<string>;
  readonly bound: Set<string>;
}

/** Orders bodies for safety, gives the variables of closures unique names, and converts calls to the form that `Program` guarantees. */
export class BodyFinisher {
  /** Names of variables that belong to a closure of the rule. */
  private readonly closureNames = new Set<string>();

  constructor(private readonly context: BodyContext) {}

  /** Finishes the body of a rule or query. `args`: variables that its caller binds. */
  finish(body: Body, args: ReadonlySet<string>): Body {
    return this.body(body, { outer: undefined, present: args, bound: new Set(args) });
  }

  private body(body: Body, outer: Surroundings): Body {
    const { functions, clock, errors } = this.context;
    const parts = bodyItems(body, functions);
    const around: Surroundings = { outer, present: parts.variables, bound: new Set() };
    this.checkTemplates(parts.items, around);
    const reordered = reorderBody(parts, (name) => isBound(name, outer), functions, clock);
    if (reordered.unsafe.length > 0) {
      reportUnsafe(reordered.unsafe, errors);
      return body;
    }
    const finished: Expr[] = [];
    const hoister = new Hoister(this.context.names, (name) => isBound(name, around), this.context.query);
    const inliner = new Inliner(this.context.movable, functions, finished);
    for (const { expr, variables, closes } of reordered.items) {
      clock.tick();
      const closed = closes ? this.closures(expr, around) : expr;
      const { before, expr: hoisted } = hoister.hoist(closed);
      before.forEach((item) => inliner.add(item, () => false));
      inliner.add(this.withResult(hoisted), () => hoister.binds(closed));
      variables.forEach((name) => around.bound.add(name));
    }
    inliner.flush();
    // Copies the list without its spare capacity, which would outlive the compilation.
    return finished.slice();
  }

  /** Rewrites `count(xs, n)` to `n = count(xs)`. */
  private withResult(expr: Expr): Expr {
    if (expr.kind !== 'term' || expr.term.kind !== 'call') {
      return expr;
    }
    const { term } = expr;
    const arity = this.context.functions.arity(term.operator);
    const result = arity === undefined ? undefined : term.args[arity];
    return result === undefined
      ? expr
      : { ...expr, term: call('eq', [result, { ...term, args: term.args.slice(0, arity) }], term.loc) };
  }

  private closures(expr: Expr, around: Surroundings): Expr {
    const map: SyntaxMap = {
      term: (term) => (isComprehension(term) ? this.comprehension(term, around) : mapParts(term, map)),
      body: (body) => body,
      target: (target) => target,
    };
    const mapped = mapExpr(expr, map);
    if (mapped.kind !== 'every') {
      return mapped;
    }
    const names = variablesOf(mapped.key === undefined ? [mapped.value] : [mapped.key, mapped.value]);
    const inner: Surroundings = { outer: around, present: names, bound: new Set(names) };
    return { ...mapped, body: this.body(this.withOwnNames(mapped.body, [], inner).body, inner) };
  }

  private comprehension(term: Extract<Term, { body: Body }>, around: Surroundings): Term {
    const { body, terms } = this.withOwnNames(term.body, resultTerms(term), around);
    const present = new Set(body.flatMap((expr) => [...exprVariables(expr, this.context.functions)]));
    for (const result of terms) {
      const unsafe = [...variablesOf([result])].filter((name) => !present.has(name) && !isBound(name, around));
      unsafe.forEach((name) =>
        this.context.errors.add('rego_unsafe_var_error', `var ${originalName(name)} is unsafe`, result.loc),
      );
    }
    const finished = this.body(body, around);
    const [first, second] = terms;
    if (term.kind === 'objectComprehension') {
      return { ...term, key: first ?? term.key, value: second ?? term.value, body: finished };
    }
    return { ...term, value: first ?? term.value, body: finished };
  }

  /** Renames variables whose names an earlier closure uses for other variables. */
  private withOwnNames(
    body: Body,
    terms: readonly Term[],
    around: Surroundings,
  ): { readonly body: Body; readonly terms: readonly Term[] } {
    const renames = new Map<string, string>();
    for (const expr of body) {
      for (const name of exprVariables(expr, this.context.functions)) {
        if (isPresent(name, around)) {
          continue;
        }
        if (this.closureNames.has(name) && !renames.has(name)) {
          renames.set(name, this.context.names.renamed(name));
        }
      }
    }
    for (const expr of body) {
      exprVariables(expr, this.context.functions).forEach((name) => this.closureNames.add(renames.get(name) ?? name));
    }
    return renames.size === 0 ? { body, terms } : renameVariables(body, terms, renames);
  }

  /** Checks templates and calls to `print`. Both can contain undefined values, but not variables that do not occur anywhere else. */
  private checkTemplates(items: readonly BodyItem[], around: Surroundings): void {
    for (const { expr, closes } of items) {
      if (closes) {
        forEachClosure(expr, (closure) => {
          partsOf(closure).forEach((part) => this.checkDeclared(part, around));
        });
      }
    }
  }

  private checkDeclared(part: Term, around: Surroundings): void {
    const names = new Set<string>();
    walkTerm(part, (term) => {
      if (isComprehension(term)) {
        return true;
      }
      if (term.kind === 'call' && this.context.functions.isRelation(term.operator)) {
        const message = `illegal call to relation built-in '${term.operator}' that may cause multiple outputs`;
        this.context.errors.add('rego_compile_error', message, term.loc);
      }
      if (term.kind === 'var') {
        addVariables(term, names);
      }
      return false;
    });
    for (const name of names) {
      if (!isPresent(name, around)) {
        this.context.errors.add('rego_compile_error', `var ${originalName(name)} is undeclared`, part.loc);
      }
    }
  }
}

function isPresent(name: string, at: Surroundings | undefined): boolean {
  for (let level = at; level !== undefined; level = level.outer) {
    if (level.present.has(name)) {
      return true;
    }
  }
  return false;
}

function isBound(name: string, at: Surroundings | undefined): boolean {
  for (let level = at; level !== undefined; level = level.outer) {
    if (level.bound.has(name)) {
      return true;
    }
  }
  return false;
}

/** Reports each variable once, at the first expression that it makes unsafe. Reports the expressions if no variable has a name. */
function reportUnsafe(unsafe: Reordered['unsafe'], errors: ErrorList): void {
  const first = new Map<string, Location>();
  for (const { expr, variables } of unsafe) {
    for (const name of variables) {
      const known = first.get(name);
      if (!isGenerated(name) && (known === undefined || expr.loc.offset < known.offset)) {
        first.set(name, expr.loc);
      }
    }
  }
  for (const [name, loc] of first) {
    errors.add('rego_unsafe_var_error', `var ${originalName(name)} is unsafe`, loc);
  }
  if (first.size === 0) {
    unsafe.forEach(({ expr }) => errors.add('rego_unsafe_var_error', 'expression is unsafe', expr.loc));
  }
}
