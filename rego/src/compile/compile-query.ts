import type { RegoError } from '../errors.js';
import type { CompileLimits } from '../policy-engine.js';
import type { Body, Term } from '../syntax/ast.js';
import { finishBody } from './body-pipeline.js';
import { CompileClock, DEFAULT_COMPILE_LIMITS } from './compile-clock.js';
import { guarded } from './compile-modules.js';
import { Declarations } from './declarations.js';
import { ErrorList } from './error-list.js';
import { checkCalls, FunctionTable } from './functions.js';
import { isGenerated, isWildcard, NameSource, originalName } from './names.js';
import type { Program, RuleNode } from './program.js';
import type { BuiltinSignatures } from './signature.js';
import { exprVariables } from './variables.js';
import { checkWithTargets } from './with-targets.js';

export interface CompileQueryOptions {
  readonly builtins: BuiltinSignatures;
  readonly limits?: Partial<CompileLimits>;
}

/** A variable of a query's result: its name in the source and its name in the compiled body. */
export interface QueryVariable {
  readonly name: string;
  readonly binds: string;
}

export type CompiledQuery =
  | { readonly ok: true; readonly body: Body; readonly variables: readonly QueryVariable[] }
  | { readonly ok: false; readonly errors: readonly RegoError[] };

/**
 * Compiles a parsed query against a program. References are full paths (`data.authz.allow`), since a query has no package. The query's
 * variables are the variables in its own expressions, in order, excluding wildcards and variables that occur only in comprehensions.
 */
export function compileQuery(body: Body, program: Program, options: CompileQueryOptions): CompiledQuery {
  return guarded(() => compiled(body, program, options));
}

function compiled(body: Body, program: Program, options: CompileQueryOptions): CompiledQuery {
  const errors = new ErrorList();
  const failed = (): CompiledQuery => ({ ok: false, errors: errors.report() });
  if (body.length === 0) {
    errors.add('rego_compile_error', 'empty query cannot be compiled', undefined);
    return failed();
  }
  const clock = new CompileClock(options.limits?.deadlineMs ?? DEFAULT_COMPILE_LIMITS.deadlineMs);
  const functions = FunctionTable.ofProgram(program, options.builtins);
  const names = new NameSource();
  const declared = new Declarations(names, errors).rewriteBody(body, []);
  if (!errors.any) {
    checkWithTargets(declared, { hasRuleOn: (path) => hasGroupOn(program.root, path) }, functions, errors);
  }
  if (!errors.any) {
    checkCalls(declared, functions, errors);
  }
  if (errors.any) {
    return failed();
  }
  const finished = finishBody(declared, new Set(), names, { functions, errors, clock }, true);
  return errors.any ? failed() : { ok: true, body: finished, variables: queryVariables(declared, functions) };
}

function queryVariables(body: Body, functions: FunctionTable): readonly QueryVariable[] {
  const all = new Set(body.flatMap((expr) => [...exprVariables(expr, functions)]));
  return [...all]
    .filter((name) => !isGenerated(name) && !isWildcard(name))
    .map((binds) => ({ name: originalName(binds), binds }));
}

function hasGroupOn(root: RuleNode, path: readonly Term[]): boolean {
  let node: RuleNode | undefined = root;
  for (const part of path) {
    node = part.kind === 'string' ? node.children.get(part.value) : undefined;
    if (node === undefined) {
      return false;
    }
    if (node.group !== undefined) {
      return true;
    }
  }
  return false;
}
