import type { Body } from '../syntax/ast.js';
import type { ErrorList } from './error-list.js';
import { DEPRECATED } from './signature.js';
import { walkBody } from './syntax-walk.js';

/** Reports calls to old built-in functions that Rego v1 rejects (OPA stage "CheckDeprecatedBuiltins"). */
export function checkDeprecated(body: Body, errors: ErrorList): void {
  walkBody(body, (term) => {
    if (term.kind === 'call' && DEPRECATED.has(term.operator)) {
      const message = `deprecated built-in function calls in expression: ${term.operator}`;
      errors.add('rego_type_error', message, term.loc);
    }
    return false;
  });
}
