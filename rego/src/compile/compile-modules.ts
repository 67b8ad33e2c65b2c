import type { RegoError } from '../errors.js';
import type { CompileLimits } from '../policy-engine.js';
import type { Module, Rule, Term } from '../syntax/ast.js';
import { finishBody, type PipelineContext } from './body-pipeline.js';
import { buildProgram } from './build-program.js';
import { CompileClock, CompileStopped, DEFAULT_COMPILE_LIMITS, stopped } from './compile-clock.js';
import { checkDeprecated } from './deprecated.js';
import { DependencyGraph } from './dependencies.js';
import { type DraftRule, draftRule } from './draft-rule.js';
import { ErrorList } from './error-list.js';
import { checkCalls, FunctionTable } from './functions.js';
import { globalsOf, packageKey, rulesByPackage } from './imports.js';
import { type CompiledLayer, NO_LAYER, placesOf, standsAlone } from './layer.js';
import { originalName } from './names.js';
import type { Program } from './program.js';
import { checkDataConflicts, checkRuleConflicts } from './rule-conflicts.js';
import { resolveRule } from './resolve-references.js';
import { checkRecursion } from './recursion.js';
import { hasRuleOn, isKnown, nodesByOperator, ruleTree } from './rule-tree.js';
import { RuleTypes } from './rule-types.js';
import type { BuiltinSignatures } from './signature.js';
import { exprVariables, variablesOf } from './variables.js';
import { TypeChecker } from './check-types.js';
import { checkWithTargets } from './with-targets.js';

export interface CompileModulesOptions {
  readonly builtins: BuiltinSignatures;
  /** The base document. Rules are not allowed at paths where it has a value. Not checked if unset. */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly limits?: Partial<CompileLimits>;
  /** Modules compiled earlier, to combine with these. The result is the same as if all modules were compiled together. */
  readonly below?: CompiledLayer;
}

export type CompiledModules =
  | { readonly ok: true; readonly program: Program; readonly layer: () => CompiledLayer }
  | { readonly ok: false; readonly errors: readonly RegoError[] };

/**
 * Compiles parsed modules to the form that the evaluator runs. As in OPA, a stage runs only if the stages before it found no errors.
 * Returns at most ten errors, sorted by location, all of them from one stage. Never throws because of a policy: exceeded limits are errors
 * too.
 */
export function compileModules(modules: readonly Module[], options: CompileModulesOptions): CompiledModules {
  const { below = NO_LAYER } = options;
  if (standsAlone(below, modules)) {
    return guarded(() => new Compilation(modules, below, options).run());
  }
  return guarded(() => new Compilation([...below.modules, ...modules], NO_LAYER, options).run());
}

/** Runs a compilation. Converts an exceeded limit to an error. */
export function guarded<T>(
  compile: () => T | { readonly ok: false; readonly errors: readonly RegoError[] },
): T | { readonly ok: false; readonly errors: readonly RegoError[] } {
  try {
    return compile();
  } catch (caught) {
    if (caught instanceof CompileStopped) {
      return { ok: false, errors: [caught.error] };
    }
    if (caught instanceof RangeError) {
      return { ok: false, errors: [stopped('the policy is nested too deeply: use more rules').error] };
    }
    throw caught;
  }
}

class Compilation {
  private readonly errors = new ErrorList();
  private readonly clock: CompileClock;
  private readonly limits: CompileLimits;
  private ruleCount: number;

  constructor(
    private readonly modules: readonly Module[],
    private readonly below: CompiledLayer,
    private readonly options: CompileModulesOptions,
  ) {
    this.limits = { ...DEFAULT_COMPILE_LIMITS, ...options.limits };
    this.clock = new CompileClock(this.limits.deadlineMs);
    this.ruleCount = below.ruleCount;
  }

  run(): CompiledModules {
    const { below, options, errors } = this;
    const rules = this.drafts(this.resolved());
    if (errors.any) {
      return this.failed();
    }
    const modules = [...below.modules, ...this.modules];
    const functions = FunctionTable.ofRules([...below.rules, ...rules], options.builtins);
    const tree = ruleTree(
      [...below.rules, ...rules],
      modules.map((module) => module.package.path),
    );
    const stages: (() => void)[] = [
      () => {
        const lookup = { hasRuleOn: (path: readonly Term[]) => hasRuleOn(tree, path) };
        this.everyRule(rules, (rule) => checkWithTargets(rule.body, lookup, functions, errors));
      },
      () => {
        checkRuleConflicts(tree, modules, errors);
        checkDataConflicts(tree, options.data ?? {}, errors);
      },
      () => this.everyRule(rules, (rule) => checkCalls(rule.body, functions, errors)),
    ];
    for (const stage of stages) {
      stage();
      if (errors.any) {
        return this.failed();
      }
    }
    const own = rules.map((rule) => finishChain(rule, { functions, errors, clock: this.clock }));
    if (errors.any) {
      return this.failed();
    }
    const finished = [...below.rules, ...own];
    const types = this.checkFinished(finished, own, functions);
    if (errors.any) {
      return this.failed();
    }
    return {
      ok: true,
      program: buildProgram(finished, modules),
      layer: () => ({
        modules,
        rules: finished,
        ruleCount: this.ruleCount,
        types: types.known(),
        places: placesOf(finished, modules),
      }),
    };
  }

  /** `rules` are all rules. The rules of the layer below already passed this check when that layer was compiled. */
  private checkFinished(rules: readonly DraftRule[], own: readonly DraftRule[], functions: FunctionTable): RuleTypes {
    const tree = ruleTree(rules, []);
    const operators = nodesByOperator(tree);
    const known = this.below.types;
    const graph = new DependencyGraph(tree, operators, this.clock, known);
    const order = checkRecursion(graph, this.errors);
    const types = new RuleTypes(tree, operators, known);
    if (this.errors.any) {
      return types;
    }
    const checker = new TypeChecker(types, functions, this.errors, this.clock);
    for (const { node } of order.flat()) {
      if (node !== undefined && !isKnown(node, known)) {
        checker.checkNode(node);
      }
    }
    if (!this.errors.any) {
      this.everyRule(own, (rule) => checkDeprecated(rule.body, this.errors));
    }
    return types;
  }

  private failed(): CompiledModules {
    return { ok: false, errors: this.errors.report() };
  }

  /** Returns each rule with its `else` branches as a list, since a chain can be too long for recursion. */
  private resolved(): readonly { readonly module: Module; readonly chain: readonly Rule[] }[] {
    const names = rulesByPackage(this.modules);
    return this.modules.flatMap((module) => {
      const globals = globalsOf(module, names.get(packageKey(module)) ?? new Set());
      return module.rules.map((first) => {
        const chain: Rule[] = [];
        for (let rule: Rule | undefined = first; rule !== undefined; rule = rule.else) {
          this.clock.tick();
          if (++this.ruleCount > this.limits.maxRules) {
            throw stopped(`the policy has more than ${this.limits.maxRules} rules`, rule.loc);
          }
          chain.push(resolveRule(rule, globals, this.errors));
        }
        return { module, chain };
      });
    });
  }

  private drafts(resolved: ReturnType<Compilation['resolved']>): readonly DraftRule[] {
    if (this.errors.any) {
      return [];
    }
    return resolved.flatMap(({ module, chain }) => {
      this.clock.tick();
      return draftRule(chain, module, this.errors) ?? [];
    });
  }

  private everyRule(rules: readonly DraftRule[], check: (rule: DraftRule) => void): void {
    for (const first of rules) {
      for (let rule: DraftRule | undefined = first; rule !== undefined; rule = rule.else) {
        this.clock.tick();
        check(rule);
      }
    }
  }
}

function finishChain(first: DraftRule, context: PipelineContext): DraftRule {
  const chain: DraftRule[] = [];
  for (let rule: DraftRule | undefined = first; rule !== undefined; rule = rule.else) {
    chain.push(rule);
  }
  // Starts from the end instead of recursing, so that a long chain does not use up the stack.
  return chain.reduceRight<DraftRule | undefined>((next, rule) => finishRule(rule, next, context), undefined) ?? first;
}

function finishRule(rule: DraftRule, next: DraftRule | undefined, context: PipelineContext): DraftRule {
  const args = variablesOf(rule.args);
  const body = finishBody(rule.body, args, rule.names, context);
  const bound = variablesOf(headTerms(rule));
  if (bound.size > 0) {
    const inBody = new Set(args);
    body.forEach((expr) => exprVariables(expr, context.functions).forEach((name) => inBody.add(name)));
    for (const name of bound) {
      if (!inBody.has(name)) {
        context.errors.add('rego_unsafe_var_error', `var ${originalName(name)} is unsafe`, rule.loc);
      }
    }
  }
  const finished = { ...rule, body, else: next };
  return rule.default ? withDefaultValue(finished) : finished;
}

function headTerms({ path, element, value }: DraftRule): readonly Term[] {
  const terms = path.slice();
  if (element !== undefined) {
    terms.push(element);
  }
  if (value !== undefined) {
    terms.push(value);
  }
  return terms;
}

/**
 * Returns the rule with its default value, which is known without the body: the body binds the value only if the value is a comprehension.
 */
function withDefaultValue(rule: DraftRule): DraftRule {
  const last = rule.body[rule.body.length - 1];
  const [name, value] = last?.kind === 'term' && last.term.kind === 'call' ? last.term.args : [];
  const isValue = name?.kind === 'var' && rule.value?.kind === 'var' && name.name === rule.value.name;
  return isValue && value !== undefined ? { ...rule, value, body: rule.body.slice(0, -1) } : rule;
}
