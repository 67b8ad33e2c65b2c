import type { Body, CallTerm, Expr, RefTerm, Rule, RuleHead, Term, VarTerm } from '../syntax/ast.js';
import { addPatternNames, declaredNames, HiddenNames } from './declared-names.js';
import type { ErrorList } from './error-list.js';
import type { Globals } from './imports.js';
import { calledName, isRootDocument, operatorOf } from './names.js';
import { mapAll, mapExpr, mapParts, type SyntaxMap } from './syntax-map.js';
import { isComprehension } from './syntax-walk.js';

/** Replaces imports and names of the package's rules with full paths below `data` or `input` (OPA stage "ResolveRefs"). */
class Resolver implements SyntaxMap {
  constructor(
    private readonly globals: Globals,
    private readonly hidden: HiddenNames,
  ) {}

  inside(names: ReadonlySet<string>): Resolver {
    return new Resolver(this.globals, new HiddenNames(names, this.hidden));
  }

  term(term: Term): Term {
    if (term.kind === 'var') {
      return this.variable(term);
    }
    if (term.kind === 'ref') {
      return this.reference(term);
    }
    if (term.kind === 'call') {
      return this.call(mapParts(term, this) as CallTerm);
    }
    if (isComprehension(term)) {
      return mapParts(term, this.inside(declaredNames(term.body)));
    }
    return mapParts(term, this);
  }

  body(body: Body): Body {
    return mapAll(body, (expr) => this.expr(expr));
  }

  target(target: VarTerm | RefTerm): VarTerm | RefTerm {
    const resolved = this.term(target);
    return resolved.kind === 'var' || resolved.kind === 'ref' ? resolved : target;
  }

  private expr(expr: Expr): Expr {
    if (expr.kind !== 'every') {
      return mapExpr(expr, this);
    }
    const names = new Set([expr.value.name]);
    if (expr.key !== undefined) {
      names.add(expr.key.name);
    }
    // As in OPA, the names of the key and the value also hide globals in the domain.
    return mapExpr(expr, this.inside(names));
  }

  private variable(term: VarTerm): VarTerm | RefTerm {
    const path = this.lookup(term.name);
    return path === undefined ? term : reference(path, [], term);
  }

  private reference(term: RefTerm): Term {
    const global = term.head.kind === 'var' ? this.lookup(term.head.name) : undefined;
    return global === undefined
      ? mapParts(term, this)
      : reference(
          global,
          mapAll(term.path, (part) => this.term(part)),
          term,
        );
  }

  private call(term: CallTerm): CallTerm {
    const name = calledName(term);
    const path = name === undefined ? undefined : this.lookup(name);
    return name === undefined || path === undefined
      ? term
      : { ...term, operator: operatorOf(path, term.loc) + term.operator.slice(name.length) };
  }

  private lookup(name: string): readonly string[] | undefined {
    return this.hidden.has(name) ? undefined : this.globals.get(name);
  }
}

function reference(path: readonly string[], rest: readonly Term[], at: Term): VarTerm | RefTerm {
  const [root = 'data', ...below] = path;
  const head: VarTerm = { kind: 'var', name: root, loc: at.loc };
  const elements = below.map((value): Term => ({ kind: 'string', value, loc: at.loc }));
  return elements.length + rest.length === 0 ? head : { kind: 'ref', head, path: [...elements, ...rest], loc: at.loc };
}

/** Resolves a rule without its `else`. Arguments are patterns and keep their names. */
export function resolveRule(rule: Rule, globals: Globals, errors: ErrorList): Rule {
  const names = new Set(declaredNames(rule.body));
  for (const arg of rule.head.args ?? []) {
    checkArgument(arg, errors);
    addPatternNames(arg, names);
  }
  const resolver = new Resolver(globals, new HiddenNames(names));
  return { ...rule, head: resolveHead(rule.head, resolver), body: resolver.body(rule.body), else: undefined };
}

function resolveHead(head: RuleHead, resolver: Resolver): RuleHead {
  return {
    ...head,
    path: mapAll(head.path, (part) => resolver.term(part)),
    key: head.key === undefined ? undefined : resolver.term(head.key),
    value: head.value === undefined ? undefined : resolver.term(head.value),
  };
}

function checkArgument(arg: Term, errors: ErrorList): void {
  if (arg.kind === 'var' && isRootDocument(arg.name)) {
    const message = `args must not shadow ${arg.name} (use a different variable name)`;
    errors.add('rego_compile_error', message, arg.loc);
  } else if (arg.kind === 'array') {
    arg.items.forEach((item) => checkArgument(item, errors));
  } else if (arg.kind === 'object') {
    arg.entries.forEach(([, value]) => checkArgument(value, errors));
  }
}
