import type { Builtin } from '../builtins/builtin.js';
import { compileQuery } from '../compile/compile-query.js';
import { isWildcard } from '../compile/names.js';
import type { Program } from '../compile/program.js';
import { LimitExceeded, RegoError } from '../errors.js';
import type { World } from '../evaluate/context.js';
import type { Runtime } from '../evaluate/runtime.js';
import type { PartialOptions, PartialResult } from '../policy-engine.js';
import type { Body, Term } from '../syntax/ast.js';
import { parseBody, parseTerm } from '../syntax/parser.js';
import { byteSizeOf } from '../values/byte-size.js';
import type { Value } from '../values/value.js';
import { Bindings, plugSaved } from './bindings.js';
import { compareExprs } from './compare-terms.js';
import { propagate } from './copy-propagation.js';
import { isFeasible } from './feasible.js';
import { Eval } from './eval.js';
import { evalExpr } from './eval-expr.js';
import { KnownEvaluator } from './known.js';
import { Lowering } from './lower.js';
import { isLocal, LocalNames } from './names.js';
import { moduleOf, queryBody } from './raise.js';
import { PolicyRules } from './rules.js';
import { SaveSet } from './save-set.js';
import { Session } from './session.js';
import { InliningControl } from './support.js';
import { equality, isScalarValue, type PBody, type PExpr, type PTerm, valueTerm, varTerm } from './terms.js';
import { unify } from './unify.js';
import { termsOfExpr, variablesOf, walkTerms } from './walk-terms.js';

/** The default maximum number of residual queries. More queries are hardly useful, and each query costs memory. */
const MAX_QUERIES = 10_000;

/** The size of a term as syntax and as text. Parts that terms share are written out each time. */
const WRITTEN_TERM_BYTES = 512;

/** The factor by which a value is larger as syntax than in memory. */
const WRITTEN_OUT = 4;

const DEFAULT_UNKNOWNS: readonly string[] = ['input'];

/** The policy to evaluate. */
export interface PartialSource {
  readonly program: Program;
  readonly builtins: ReadonlyMap<string, Builtin>;
  readonly rt: Runtime;
  readonly world: World;
}

/**
 * Evaluates a query as far as possible without the unknowns (OPA, topdown/query.go, `PartialRun`). The compiled policy evaluates known
 * parts. Throws `RegoError` if the policy fails, and `LimitExceeded` if it exceeds its limits.
 */
export function evaluatePartially(
  source: PartialSource,
  query: string,
  input: Value | undefined,
  options: PartialOptions,
): PartialResult {
  const parsed = parseBody(query, 'query');
  if (!parsed.ok) {
    return { outcome: 'invalid', errors: parsed.errors };
  }
  const compiled = compileQuery(parsed.body, source.program, { builtins: source.builtins });
  if (!compiled.ok) {
    return { outcome: 'invalid', errors: compiled.errors };
  }
  const unknowns = references(options.unknowns ?? DEFAULT_UNKNOWNS, 'unknown');
  const disabled = references(options.disableInlining ?? [], 'path to disable inlining of');
  const errors = [...unknowns.errors, ...disabled.errors];
  if (errors.length > 0) {
    return { outcome: 'invalid', errors };
  }
  return source.rt.run(input, options, () => {
    const run = new Run(source, unknowns.refs, disabled.refs, options);
    return run.evaluate(compiled.body, declaredNames(parsed.body));
  });
}

class Run {
  private readonly names = new LocalNames();
  private readonly session: Session;

  constructor(
    { rt, program, world, builtins }: PartialSource,
    private readonly unknowns: readonly (readonly PTerm[])[],
    disabled: readonly (readonly PTerm[])[],
    private readonly options: PartialOptions,
  ) {
    this.session = new Session({
      rt,
      rules: new PolicyRules(program, world, builtins, this.names),
      known: new KnownEvaluator(rt, world),
      saveSet: new SaveSet(unknowns),
      inlining: new InliningControl(options.shallowInlining ?? false, disabled),
      namespace: freeName(program, rt),
      callsNondeterministic: options.nondeterministicBuiltins ?? false,
    });
  }

  evaluate(body: Body, declared: ReadonlySet<string>): PartialResult {
    const { session } = this;
    const rename = this.names.renaming((name) => !declared.has(name));
    const query = new Lowering(session.rules.functions, this.names, rename).body(body);
    const live = this.liveNames(query);
    const id = session.nextQueryId();
    const bindings = new Bindings(id);
    const e = new Eval({ evalExpr, unify }, session, query, bindings, id);
    const queries: Body[] = [];
    const limit = this.options.maxQueries ?? MAX_QUERIES;
    e.run(() => {
      const residual = this.residual(bindings, live);
      if (residual === undefined) {
        return;
      }
      if (queries.length >= limit) {
        throw new LimitExceeded('memory', `partial evaluation gives more than ${limit} queries`);
      }
      this.charge(residual);
      queries.push(queryBody(residual));
    });
    const support = session.support.list();
    support.forEach(({ rules }) => {
      rules.forEach(({ body }) => {
        this.charge(body);
      });
    });
    return { outcome: 'partial', queries, support: support.map(moduleOf) };
  }

  /** Charges for the terms of a result, which is written out without sharing parts in memory. */
  private charge(body: PBody): void {
    const { budget } = this.session.rt;
    walkTerms(body.flatMap(termsOfExpr), (term) => {
      budget.step();
      budget.allocate(WRITTEN_TERM_BYTES);
      if (term.kind === 'value' && !isScalarValue(term.value)) {
        budget.allocate(WRITTEN_OUT * byteSizeOf(term.value));
      }
      return false;
    });
  }

  /** Returns the variables that must be bound in results: the variables of the query and of the unknowns. */
  private liveNames(query: PBody): Set<string> {
    const live = new Set(this.unknowns.map(([head]) => (head?.kind === 'var' ? head.name : '')));
    for (const name of variablesOf(query.flatMap(termsOfExpr))) {
      this.names.reserve(name);
      if (!isLocal(name) && !isWildcard(name)) {
        live.add(name);
      }
    }
    return live;
  }

  private residual(bindings: Bindings, live: ReadonlySet<string>): PBody | undefined {
    const { session } = this;
    const saved = session.saveStack.peek().map(plugSaved);
    const equations: PExpr[] = [...bindings.entries()].map(([name, value]) => equality(varTerm(name), value));
    const body = [...saved, ...equations];
    this.charge(body);
    body.splice(saved.length, equations.length, ...equations.sort(compareExprs));
    if (!isFeasible(body, session.rules.functions)) {
      return undefined;
    }
    return session.inlining.shallow ? body : propagate(body, live);
  }
}

/** Returns OPA's name for the package of support modules, or a similar unused name. */
function freeName({ root }: Program, { base }: Runtime): string {
  let name = 'partial';
  while (root.children.has(name) || base.has(name)) {
    name = `${name}_`;
  }
  return name;
}

/** Returns the variables that a query declares, which are not part of its results. */
function declaredNames(body: Body): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (term: Term | undefined): void => {
    if (term?.kind === 'var') {
      names.add(term.name);
    } else if (term?.kind === 'array') {
      term.items.forEach(add);
    } else if (term?.kind === 'object') {
      term.entries.forEach(([, value]) => {
        add(value);
      });
    }
  };
  for (const expr of body) {
    if (expr.kind === 'some') {
      expr.names.forEach(add);
    } else if (expr.kind === 'someIn') {
      add(expr.key);
      add(expr.value);
    } else if (expr.kind === 'term' && expr.term.kind === 'call' && expr.term.operator === 'assign') {
      add(expr.term.args[0]);
    }
  }
  return names;
}

interface References {
  readonly refs: readonly (readonly PTerm[])[];
  readonly errors: readonly RegoError[];
}

/** Parses paths of documents (`input`, `data.users`, `input.request["x"]`) to references. */
function references(paths: readonly string[], purpose: string): References {
  const refs: (readonly PTerm[])[] = [];
  const errors: RegoError[] = [];
  for (const path of paths) {
    const ref = reference(path);
    if (ref === undefined) {
      const message = `\`${path}\` is not a valid ${purpose}: name a document such as \`input\` or \`data.users\``;
      errors.push(new RegoError('rego_parse_error', message));
    } else {
      refs.push(ref);
    }
  }
  return { refs, errors };
}

function reference(path: string): readonly PTerm[] | undefined {
  const parsed = parseTerm(path);
  if (!parsed.ok) {
    return undefined;
  }
  const { term } = parsed;
  const head = term.kind === 'ref' ? term.head : term;
  if (head.kind !== 'var' || (head.name !== 'input' && head.name !== 'data')) {
    return undefined;
  }
  const parts: PTerm[] = [varTerm(head.name)];
  for (const part of term.kind === 'ref' ? term.path : []) {
    if (part.kind !== 'string') {
      return undefined;
    }
    parts.push(valueTerm(part.value));
  }
  return parts;
}
