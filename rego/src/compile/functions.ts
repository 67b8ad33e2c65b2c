import type { Body, CallTerm, Term } from '../syntax/ast.js';
import { operatorName } from '../syntax/operators.js';
import { type DraftRule, staticPath } from './draft-rule.js';
import type { ErrorList } from './error-list.js';
import { operatorOf } from './names.js';
import type { Program, RuleNode } from './program.js';
import { type BuiltinSignature, type BuiltinSignatures, DEPRECATED, PRINT, undefinedFunction } from './signature.js';
import { describeArguments, describeSignature } from './type-names.js';
import { walkBody } from './syntax-walk.js';

/** All functions that can be called, by operator name. */
export class FunctionTable {
  private constructor(
    private readonly builtins: BuiltinSignatures,
    private readonly arities: ReadonlyMap<string, number>,
  ) {}

  static ofRules(rules: readonly DraftRule[], builtins: BuiltinSignatures): FunctionTable {
    const arities = new Map<string, number>();
    for (const rule of rules) {
      const name = rule.function ? operatorOf(['data', ...staticPath(rule)], rule.loc) : undefined;
      if (name !== undefined && !arities.has(name)) {
        arities.set(name, rule.args.length);
      }
    }
    return new FunctionTable(builtins, arities);
  }

  static ofProgram(program: Program, builtins: BuiltinSignatures): FunctionTable {
    const arities = new Map<string, number>();
    const nodes: RuleNode[] = [program.root];
    for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
      const rule = node.group?.default ?? node.group?.rules[0];
      if (node.group?.kind === 'function' && rule !== undefined) {
        arities.set(operatorOf(['data', ...node.path], rule.loc), node.group.arity);
      }
      nodes.push(...node.children.values());
    }
    return new FunctionTable(builtins, arities);
  }

  builtin(operator: string): BuiltinSignature | undefined {
    return this.builtins.get(operator);
  }

  /**
   * Returns the number of arguments, not counting the result; `undefined` for unknown functions and for `print`, which takes any number.
   */
  arity(operator: string): number | undefined {
    if (operator === 'eq') {
      return 2;
    }
    return operator === PRINT
      ? undefined
      : (this.builtins.get(operator)?.args.length ?? this.arities.get(operator) ?? DEPRECATED.get(operator));
  }

  /** Returns the arity of a function that `with` can name. */
  functionArity(operator: string): number | undefined {
    return this.arities.get(operator) ?? this.builtins.get(operator)?.args.length;
  }

  isFunction(operator: string): boolean {
    return this.functionArity(operator) !== undefined;
  }

  /** Returns whether a call to the function can have several results (`walk`). */
  isRelation(operator: string): boolean {
    return this.builtins.get(operator)?.relation === true;
  }
}

/** Returns the operator that a variable or reference names, if any: `time.now_ns`, `data.lib.f`. */
export function operatorSpelled(term: Term): string | undefined {
  if (term.kind === 'var') {
    return term.name;
  }
  return term.kind === 'ref' && term.path.every((part) => part.kind === 'string')
    ? operatorName(term.head, term.path)
    : undefined;
}

/** Reports unknown functions, and calls with too few or too many arguments (OPA stage "CheckUndefinedFuncs"). */
export function checkCalls(body: Body, functions: FunctionTable, errors: ErrorList): void {
  walkBody(body, (term, statement) => {
    if (term.kind === 'call') {
      checkCall(term, statement, functions, errors);
    }
    return false;
  });
}

/** `statement`: the call is an entire expression, so it can name its result in an extra argument. */
function checkCall(term: CallTerm, statement: boolean, functions: FunctionTable, errors: ErrorList): void {
  if (term.operator === PRINT) {
    if (!statement) {
      errors.add('rego_type_error', `${term.loc.text} used as value`, term.loc);
    }
    return;
  }
  const arity = functions.arity(term.operator);
  if (arity === undefined) {
    errors.add('rego_type_error', undefinedFunction(term.operator), term.loc);
    return;
  }
  const count = term.args.length;
  if (count !== arity && !(statement && count === arity + 1)) {
    errors.add('rego_type_error', arityMessage(term, arity, functions), term.loc);
  }
}

function arityMessage(term: CallTerm, arity: number, functions: FunctionTable): string {
  const signature = functions.builtin(term.operator);
  if (signature !== undefined) {
    return `${term.operator}: arity mismatch\n\thave: ${describeArguments(term.args)}\n\twant: ${describeSignature(signature)}`;
  }
  const count = term.args.length;
  return `function ${term.operator} has arity ${arity}, got ${count} argument${count === 1 ? '' : 's'}`;
}
