import type { Body, Expr, Term, With } from '../syntax/ast.js';
import type { ErrorList } from './error-list.js';
import { type FunctionTable, operatorSpelled } from './functions.js';
import { PRINT } from './signature.js';
import { forEachPart, isComprehension, resultTerms, termsOf } from './syntax-walk.js';

/** Looks up where rules exist. */
export interface RuleLookup {
  /** Returns whether a rule exists at the end of this path below `data`, or on the way to it. */
  hasRuleOn(path: readonly Term[]): boolean;
}

const IRREPLACEABLE: ReadonlySet<string> = new Set(['eq', 'rego.metadata.chain', 'rego.metadata.rule']);

/** Checks the targets of `with`, which can be `input`, `data`, paths below them, and functions (OPA `validateWith`). */
export function checkWithTargets(body: Body, rules: RuleLookup, functions: FunctionTable, errors: ErrorList): void {
  const checkTerm = (term: Term): void => {
    if (isComprehension(term)) {
      resultTerms(term).forEach(checkTerm);
      term.body.forEach(checkExpr);
    } else {
      forEachPart(term, checkTerm);
    }
  };
  const checkExpr = (expr: Expr): void => {
    termsOf(expr).forEach(checkTerm);
    if (expr.kind === 'every') {
      expr.body.forEach(checkExpr);
    }
    for (const modifier of expr.with) {
      checkTerm(modifier.value);
      checkArity(modifier, functions, errors);
      checkTarget(modifier, rules, functions, errors);
    }
  };
  body.forEach(checkExpr);
}

function checkTarget({ target }: With, rules: RuleLookup, functions: FunctionTable, errors: ErrorList): void {
  const head = target.kind === 'var' ? target.name : target.head.kind === 'var' ? target.head.name : '';
  if (head === 'input') {
    return;
  }
  if (head === 'data') {
    // `with` can replace the document of a rule only completely.
    if (target.kind === 'ref' && rules.hasRuleOn(target.path.slice(0, -1))) {
      errors.add('rego_compile_error', 'with keyword cannot partially replace virtual document(s)', target.loc);
    }
    return;
  }
  const operator = operatorSpelled(target) ?? '';
  const signature = functions.builtin(operator);
  const refuse = (why: string): void => {
    errors.add('rego_compile_error', `with keyword replacing built-in function: ${why}`, target.loc);
  };
  if (IRREPLACEABLE.has(operator)) {
    refuse(`replacement of "${operator}" invalid`);
  } else if (operator.startsWith('internal.')) {
    refuse(`replacement of internal function "${operator}" invalid`);
  } else if (operator === PRINT) {
    refuse('target must not be a void function');
  } else if (signature === undefined) {
    const message = 'with keyword target must reference existing input, data, or a function';
    errors.add('rego_type_error', message, target.loc);
  } else if (signature.relation === true) {
    refuse('target must not be a relation');
  }
}

/** Checks that the replacement of a function is a value, or a function with the same number of arguments. */
function checkArity({ target, value, loc }: With, functions: FunctionTable, errors: ErrorList): void {
  const name = operatorSpelled(target) ?? '';
  const [want, have] = [functions.functionArity(name), functions.functionArity(operatorSpelled(value) ?? '')];
  if (want !== undefined && have !== undefined && want !== have) {
    const list = (arity: number): string => `(${Array<string>(arity).fill('any').join(', ')})`;
    errors.add('rego_type_error', `${name}: arity mismatch\n\thave: ${list(have)}\n\twant: ${list(want)}`, loc);
  }
}
