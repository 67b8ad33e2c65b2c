import type {
  Body,
  CallTerm,
  Every,
  Expr,
  Location,
  RefTerm,
  SomeDeclaration,
  SomeIn,
  Term,
  TermExpr,
  VarTerm,
} from '../syntax/ast.js';
import { addNames } from './declared-names.js';
import type { ErrorList } from './error-list.js';
import { NameFrames } from './name-frames.js';
import { calledName, isMadeUp, isRootDocument, isWildcard, type NameSource } from './names.js';
import { mapAll, mapExpr, mapParts, mapWith, type SyntaxMap } from './syntax-map.js';
import { call, resultTerms, termExpr, variable, walkBody } from './syntax-walk.js';
import { undefinedFunction } from './signature.js';

/**
 * Gives each declared variable of a rule (argument, `:=`, `some`, `every`) a unique name and removes the declarations (OPA stage
 * "RewriteLocalVars"). `x := 1` becomes `x$1 = 1`; `some v in xs` becomes `v$1 = xs[$c1]`.
 */
export class Declarations implements SyntaxMap {
  private readonly frames: NameFrames;

  constructor(
    private readonly names: NameSource,
    private readonly errors: ErrorList,
  ) {
    this.frames = new NameFrames(names, errors);
  }

  /** Declares the variables of a function argument. Terms that must be computed do not bind variables. */
  declareArgument(arg: Term): void {
    if (arg.kind === 'var') {
      this.frames.declareArgument(arg);
    } else if (arg.kind === 'array') {
      arg.items.forEach((item) => this.declareArgument(item));
    } else if (arg.kind === 'object') {
      arg.entries.forEach(([, value]) => this.declareArgument(value));
    } else if (arg.kind === 'call') {
      this.errors.add('rego_compile_error', 'rule arguments cannot contain calls', arg.loc);
    }
  }

  /** `used`: terms outside the body that use its variables (the head of a rule, the result of a comprehension). */
  rewriteBody(body: Body, used: readonly Term[]): Expr[] {
    const rewritten: Expr[] = [];
    for (const expr of body) {
      const mapped = this.expr(expr);
      if (mapped !== undefined) {
        rewritten.push(mapped);
      }
    }
    this.checkUnused(rewritten, used);
    return rewritten.slice();
  }

  term(term: Term): Term {
    switch (term.kind) {
      case 'var':
        return this.variable(term);
      case 'call':
        this.checkCalled(term, 'rego_compile_error', (name) => `called function ${name} shadowed`);
        return mapParts(term, this);
      case 'null':
      case 'boolean':
      case 'number':
      case 'string':
        return term;
      case 'template':
      case 'ref':
      case 'array':
      case 'set':
      case 'object':
        return mapParts(term, this);
      case 'arrayComprehension':
      case 'setComprehension':
      case 'objectComprehension':
        return this.frames.inside(() => mapParts(term, this.closure(resultTerms(term))));
    }
  }

  body(body: Body): Body {
    return this.rewriteBody(body, []);
  }

  /** In a target, `input` is the document, even where a variable with that name is declared. */
  target(target: VarTerm | RefTerm): VarTerm | RefTerm {
    return target.kind === 'var' ? target : { ...target, path: mapAll(target.path, (part) => this.term(part)) };
  }

  private closure(used: readonly Term[]): SyntaxMap {
    return {
      term: (term) => this.term(term),
      body: (body) => this.rewriteBody(body, used),
      target: (target) => this.target(target),
    };
  }

  /** Rewrites an expression. Returns `undefined` for a declaration, which is removed. */
  private expr(expr: Expr): Expr | undefined {
    switch (expr.kind) {
      case 'some':
        this.declareAll(expr);
        return undefined;
      case 'someIn':
        return this.someIn(expr);
      case 'every':
        return this.every(expr);
      case 'term':
        return expr.term.kind === 'call' ? this.callExpr(expr, expr.term) : mapExpr(expr, this);
    }
  }

  private callExpr(expr: TermExpr, term: CallTerm): Expr {
    const [target, value] = term.args;
    if (term.operator === 'assign' && term.args.length === 2 && target !== undefined && value !== undefined) {
      return this.assignment(expr, target, value);
    }
    this.checkCalled(term, 'rego_type_error', undefinedFunction);
    const modifiers = mapAll(expr.with, (modifier) => mapWith(modifier, this));
    const mapped = mapParts(term, this);
    return mapped === term && modifiers === expr.with ? expr : { ...expr, term: mapped, with: modifiers };
  }

  private assignment(expr: TermExpr, target: Term, value: Term): Expr {
    if (expr.negated) {
      this.errors.add('rego_compile_error', 'cannot assign vars inside negated expression', expr.loc);
      return expr;
    }
    // Resolves the value and the `with` modifiers first, so that `x := x` uses the outer `x`.
    const right = this.term(value);
    const modifiers = mapAll(expr.with, (modifier) => mapWith(modifier, this));
    const left = this.assign(target);
    return { ...expr, term: call('eq', [left, right], expr.term.loc), with: modifiers };
  }

  private assign(target: Term): Term {
    switch (target.kind) {
      case 'var':
        return variable(this.frames.declare(target, 'assigned', target.loc), target.loc);
      case 'array':
        return { ...target, items: target.items.map((item) => this.assign(item)) };
      case 'object':
        return { ...target, entries: target.entries.map(([key, value]) => [this.term(key), this.assign(value)]) };
      case 'null':
      case 'boolean':
      case 'number':
      case 'string':
      case 'template':
      case 'ref':
      case 'set':
      case 'arrayComprehension':
      case 'setComprehension':
      case 'objectComprehension':
      case 'call':
        this.errors.add('rego_compile_error', `cannot assign to ${target.kind.toLowerCase()}`, target.loc);
        return target;
    }
  }

  private declareAll(expr: SomeDeclaration): void {
    expr.names.forEach((name) => this.frames.declare(name, 'declared', expr.loc));
  }

  private someIn(expr: SomeIn): Expr {
    const outer = new Set<string>();
    addNames(expr.domain, outer);
    const declared = new Set<string>();
    addOutputs(expr.value, declared);
    if (expr.key !== undefined) {
      addNames(expr.key, declared);
    }
    for (const name of declared) {
      if (!outer.has(name) && !isRootDocument(name)) {
        this.frames.declare({ kind: 'var', name, loc: expr.loc }, 'declared', expr.loc);
      }
    }
    const key = expr.key ?? variable(this.names.generated(), expr.loc);
    const element = termExpr(call('eq', [expr.value, elementOf(expr.domain, key)], expr.loc), expr.with, expr.negated);
    return mapExpr(element, this);
  }

  private every(expr: Every): Expr {
    const domain = this.term(expr.domain);
    return this.frames.inside(() => {
      const key = expr.key === undefined ? undefined : this.declareIteration(expr.key, expr.loc);
      const value = this.declareIteration(expr.value, expr.loc);
      const body = this.rewriteBody(expr.body, []);
      return mapExpr(
        { ...expr, key, value, domain, body },
        { ...this.closure([]), term: (term) => (term === domain ? term : this.term(term)), body: (inner) => inner },
      );
    });
  }

  private declareIteration(term: VarTerm, loc: Location): VarTerm {
    return isWildcard(term.name) ? term : { ...term, name: this.frames.declare(term, 'declared', loc) };
  }

  private variable(term: VarTerm): Term {
    const declared = this.frames.lookup(term.name);
    if (declared !== undefined) {
      return declared.name === term.name ? term : { ...term, name: declared.name };
    }
    if (!isRootDocument(term.name)) {
      this.frames.see(term);
    }
    return term;
  }

  private checkCalled(
    term: CallTerm,
    code: 'rego_compile_error' | 'rego_type_error',
    message: (name: string) => string,
  ): void {
    const name = calledName(term);
    const declared = name === undefined ? undefined : this.frames.lookup(name);
    if (declared !== undefined && declared.origin !== 'seen') {
      this.errors.add(code, message(term.operator), term.loc);
    }
  }

  /**
   * Reports unused names that `some` or `every` declares. They are probably mistakes, unless a tool generated them. Skips this check if
   * there are other errors.
   */
  private checkUnused(body: Body, used: readonly Term[]): void {
    const declared = this.frames.declaredHere();
    if (declared.length === 0 || this.errors.any) {
      return;
    }
    const present = new Set<string>();
    walkBody(body, (term) => {
      if (term.kind === 'var') {
        present.add(term.name);
      }
      return false;
    });
    const outside = new Set<string>();
    used.forEach((term) => addNames(term, outside));
    for (const [name, { name: renamed, loc }] of declared) {
      if (!present.has(renamed) && !outside.has(name) && !isMadeUp(name)) {
        this.errors.add('rego_compile_error', `declared var ${name} unused`, loc);
      }
    }
  }
}

/** Adds the variables that `some` binds in a pattern: all except those in keys, sets and closures. */
function addOutputs(pattern: Term, names: Set<string>): void {
  switch (pattern.kind) {
    case 'var':
      names.add(pattern.name);
      return;
    case 'array':
      pattern.items.forEach((item) => addOutputs(item, names));
      return;
    case 'object':
      pattern.entries.forEach(([, value]) => addOutputs(value, names));
      return;
    case 'ref':
      pattern.path.forEach((part) => addOutputs(part, names));
      return;
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
    case 'template':
    case 'set':
    case 'arrayComprehension':
    case 'setComprehension':
    case 'objectComprehension':
    case 'call':
      return;
  }
}

function elementOf(domain: Term, key: Term): Term {
  return domain.kind === 'ref'
    ? { ...domain, path: [...domain.path, key] }
    : { kind: 'ref', head: domain, path: [key], loc: domain.loc };
}
