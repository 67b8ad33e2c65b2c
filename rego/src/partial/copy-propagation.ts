import { compareTerms, equalTerms } from './compare-terms.js';
import { constantPrefix } from './dynamic-rules.js';
import { outputsOfBody, outputsOfExpr, unsafeVariables } from './safety.js';
import { isPrefix } from './save-set.js';
import {
  type CallExpr,
  capturesResult,
  equality,
  isEquality,
  isFalse,
  isGround,
  type PBody,
  type PExpr,
  type PTerm,
  type PWith,
  TRUE,
  termExpr,
  valueTerm,
  varTerm,
} from './terms.js';
import { disjointSets, type UnionFind } from './union-find.js';
import {
  isDocument,
  mapChildren,
  mapExpr,
  mapWith,
  someTerm,
  termsOfExpr,
  type TermMap,
  variablesOf,
  walkTerms,
} from './walk-terms.js';

/**
 * Removes variables that only pass a value from one expression to another: `x = input.a; x > 1` becomes `input.a > 1` (OPA,
 * topdown/copypropagation). `live` variables stay bound. `nonEmpty`: a body without remaining expressions becomes `true`.
 */
export function propagate(body: PBody, live: ReadonlySet<string>, nonEmpty = false): PBody {
  const sets = disjointSets(live, body);
  return sets === undefined ? body : new Propagation(live, sets).run(body, nonEmpty);
}

class Propagation {
  /** The values of variables, taken from removed equations. */
  private readonly removed = new Map<string, PTerm>();
  private readonly heads = new Set<string>();
  private placeholders = 0;
  private readonly result: PExpr[] = [];

  constructor(
    private readonly live: ReadonlySet<string>,
    private readonly sets: UnionFind,
  ) {}

  run(body: PBody, nonEmpty: boolean): PBody {
    this.collectHeads(body);
    for (const expr of body) {
      const plugged = this.plug(expr);
      if (this.keeps(plugged)) {
        this.result.push(plugged);
      }
    }
    this.bindLive();
    if (!this.restore()) {
      return body;
    }
    return nonEmpty && this.result.length === 0 ? [termExpr(TRUE)] : this.result;
  }

  /** Collects the variables that are heads of references and must not be replaced by constants. */
  private collectHeads(body: PBody): void {
    walkTerms(body.flatMap(termsOfExpr), (term) => {
      const head = term.kind === 'ref' ? term.parts[0] : undefined;
      if (head?.kind === 'var' && !isDocument(head.name)) {
        const root = this.sets.find(head.name);
        if (root !== undefined) {
          root.constant = undefined;
        }
        this.heads.add(root?.name ?? head.name);
      }
      return false;
    });
  }

  private plug(expr: PExpr): PExpr {
    const isFit = (value: PTerm): boolean =>
      (!expr.negated || isGround(value)) && !expr.with.some((modifier) => affects(modifier, value));
    const main = this.plugging(isFit);
    const outside = this.plugging((value) => !expr.negated || isGround(value));
    const plugged = mapExpr({ ...expr, with: [] }, main);
    return { ...plugged, with: expr.with.map((modifier) => mapWith(modifier, outside)) };
  }

  /** `isFit` returns whether the value from a removed equation can replace the variable. */
  private plugging(isFit: (value: PTerm) => boolean): TermMap {
    const map: TermMap = {
      term: (term) => {
        if (term.kind === 'var') {
          return isDocument(term.name) ? term : this.pluggedVariable(term.name, isFit);
        }
        return term.kind === 'ref' ? this.pluggedRef(term.parts, isFit, map) : mapChildren(term, map);
      },
      body: (body) => body.map((inner) => mapExpr(inner, map)),
    };
    return map;
  }

  private pluggedVariable(name: string, isFit: (value: PTerm) => boolean): PTerm {
    const root = this.sets.find(name);
    if (root?.constant !== undefined) {
      return root.constant;
    }
    const own = varTerm(root?.name ?? name);
    const value = this.removed.get(own.name);
    return value === undefined || !isFit(value) || variablesOf([value]).has(own.name) ? own : value;
  }

  /** Appends the path to the reference that replaces the head. */
  private pluggedRef(parts: readonly PTerm[], isFit: (value: PTerm) => boolean, map: TermMap): PTerm {
    const [head, ...path] = parts;
    const rest = path.map((part) => map.term(part));
    if (head?.kind !== 'var') {
      return { kind: 'ref', parts: [...(head === undefined ? [] : [map.term(head)]), ...rest] };
    }
    const root = isDocument(head.name) ? undefined : this.sets.find(head.name);
    const own = root === undefined ? head : (root.constant ?? varTerm(root.name));
    const value = own.kind === 'var' ? this.removed.get(own.name) : undefined;
    if (value === undefined || !isFit(value)) {
      return { kind: 'ref', parts: [own, ...rest] };
    }
    return { kind: 'ref', parts: value.kind === 'ref' ? [...value.parts, ...rest] : [value, ...rest] };
  }

  /** Returns whether an expression stays in the body. Records the value of a variable from a removed expression (OPA `updateBindings`). */
  private keeps(expr: PExpr): boolean {
    if (expr.negated || expr.with.length > 0) {
      return true;
    }
    if (isEquality(expr)) {
      return this.keepsEquation(expr.args[0], expr.args[1]);
    }
    if (expr.kind === 'call') {
      return this.keepsCall(expr);
    }
    return expr.kind !== 'term' || expr.term.kind !== 'value' || isFalse(expr.term);
  }

  private keepsEquation(a: PTerm, b: PTerm): boolean {
    if (equalTerms(a, b)) {
      const isValue = a.kind === 'ref' || a.kind === 'call';
      if (isValue) {
        // The value must be defined. A bare reference would also have to be true, so it is kept as an equation with a wildcard.
        this.removed.set(`$_cp${this.placeholders++}_`, a);
      }
      return !isValue && someTerm([a], isEvaluated);
    }
    return !this.note(a, b) && !this.note(b, a);
  }

  private note(variable: PTerm, value: PTerm): boolean {
    const isNoted =
      variable.kind === 'var' && !this.live.has(variable.name) && (value.kind === 'ref' || value.kind === 'call');
    if (isNoted) {
      this.removed.set(variable.name, value);
    }
    return isNoted;
  }

  private keepsCall(expr: CallExpr): boolean {
    const result = expr.args[expr.args.length - 1];
    // Matches OPA, which does not recognize support functions here.
    if (
      !capturesResult(expr) ||
      expr.isSupport === true ||
      result?.kind !== 'var' ||
      this.live.has(result.name) ||
      this.heads.has(result.name)
    ) {
      return true;
    }
    this.removed.set(result.name, { kind: 'call', operator: expr.operator, args: expr.args.slice(0, -1) });
    return false;
  }

  private bindLive(): void {
    for (const name of [...this.live].sort()) {
      const root = this.sets.find(name);
      if (root === undefined) {
        continue;
      }
      const value = root.constant ?? this.removed.get(root.name);
      if (value !== undefined) {
        this.result.push(equality(varTerm(name), value));
      } else if (root.name !== name) {
        this.result.push(equality(varTerm(name), varTerm(root.name)));
      }
    }
  }

  /** Restores removed equations if they bind variables, or if their references would otherwise not be evaluated. */
  private restore(): boolean {
    const safe = new Set(this.live);
    outputsOfBody(this.result, safe).forEach((name) => safe.add(name));
    let unsafe = unsafeVariables(this.result, safe);
    // Closures can also use removed variables, which could not be replaced there.
    for (const name of variablesOf(this.result.flatMap(termsOfExpr))) {
      if (this.removed.has(name) && !safe.has(name)) {
        unsafe.add(name);
      }
    }
    for (const [name, value] of this.sortedRemoved()) {
      const equation = equality(varTerm(name), value);
      const outputs = outputsOfExpr(equation, safe);
      const left = new Set([...unsafe].filter((variable) => !outputs.has(variable)));
      const makesSafe = left.size < unsafe.size;
      unsafe = left;
      // OPA drops the equation of a variable that is also bound elsewhere, and whose value another expression needs.
      const isBoundTwice = isNamedIn(name, this.result.flatMap(termsOfExpr));
      if (makesSafe || isBoundTwice || (!isWholeDocument(value) && !containedIn(value, this.result))) {
        // A term that must only be defined does not need a variable.
        const isNamed = makesSafe || isBoundTwice || isNamedIn(name, [...this.removed.values()]);
        this.result.push(isNamed ? equation : equality(varTerm(`$_${name}_`), value));
        outputs.forEach((variable) => safe.add(variable));
      }
    }
    return unsafe.size === 0;
  }

  private sortedRemoved(): readonly (readonly [string, PTerm])[] {
    return [...this.removed].toSorted(([a], [b]) => compareTerms(varTerm(b), varTerm(a)));
  }
}

const isEvaluated = (term: PTerm): boolean => term.kind === 'ref' || term.kind === 'call';

function isNamedIn(name: string, terms: readonly PTerm[]): boolean {
  return someTerm(terms, (term) => term.kind === 'var' && term.name === name);
}

function isWholeDocument(value: PTerm): boolean {
  return value.kind === 'ref' && value.parts.length === 1;
}

/** Returns whether the modifier can change a value. OPA does not check this, so some of its results have a different meaning. */
function affects({ target, isFunction }: PWith, value: PTerm): boolean {
  return someTerm([value], (term) => {
    if (term.kind === 'call') {
      return isFunction || term.operator.startsWith('data.');
    }
    const [head] = term.kind === 'ref' ? term.parts : [];
    if (term.kind !== 'ref' || head?.kind !== 'var' || !isDocument(head.name)) {
      return false;
    }
    const [root = '', ...path] = target;
    const replaced = [varTerm(root), ...path.map(valueTerm)];
    const parts = constantPrefix(term.parts);
    return head.name === 'data' || isPrefix(replaced, parts) || isPrefix(parts, replaced);
  });
}

/**
 * Returns whether a body is undefined whenever the term is undefined. This is the case if the body evaluates the term outside closures and
 * modifiers, and not as the operand of a negation. OPA treats a negated reference as one that must be defined.
 */
function containedIn(value: PTerm, body: PBody): boolean {
  return body.some((expr) => {
    const isAffected = expr.with.some((modifier) => affects(modifier, value));
    const modifiers = expr.with.flatMap((modifier) => (modifier.value.kind === 'operator' ? [] : [modifier.value]));
    return [...(isAffected ? [] : evaluatedTerms(expr)), ...modifiers].some((part) =>
      someTermOutsideClosures(part, (term) =>
        term.kind === 'ref' && value.kind === 'ref' ? isPrefix(value.parts, term.parts) : equalTerms(term, value),
      ),
    );
  });
}

function evaluatedTerms(expr: PExpr): readonly PTerm[] {
  if (expr.kind === 'every') {
    return [expr.domain];
  }
  const terms = termsOfExpr({ ...expr, with: [] });
  const isTested = expr.negated && (expr.kind === 'term' || isEquality(expr));
  return isTested ? terms.flatMap((term) => (term.kind === 'ref' ? term.parts.slice(1) : [term])) : terms;
}

function someTermOutsideClosures(start: PTerm, test: (term: PTerm) => boolean): boolean {
  let found = false;
  walkTerms([start], (term) => {
    found ||= test(term);
    return found || term.kind === 'closure';
  });
  return found;
}
