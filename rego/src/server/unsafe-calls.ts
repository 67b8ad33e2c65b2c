import { RegoError } from '../errors.js';
import type { Body, Term } from '../syntax/ast.js';
import { parseBody } from '../syntax/parser.js';
import { visitBodyTerms } from '../syntax/visit.js';
import { ApiError, errorData } from './api-error.js';

/** Rejects a query that calls `http.send` or replaces a function with it. Errors: `ApiError` 400. */
export function assertNoUnsafeCall(query: string): void {
  const parsed = parseBody(query);
  if (!parsed.ok || !namesHttpSend(parsed.body)) return;
  const message = 'unsafe built-in function calls in expression: http.send';
  const error = new RegoError('rego_type_error', message, { file: '', row: 1, col: 1 });
  throw new ApiError(400, 'invalid_parameter', 'error(s) occurred while compiling query', [errorData(error)]);
}

function namesHttpSend(body: Body): boolean {
  let isNamed = false;
  visitBodyTerms(body, (term) => {
    isNamed ||=
      (term.kind === 'call' && term.operator === 'http.send') ||
      (term.kind === 'ref' && isHttpSend(term.head, term.path));
  });
  return isNamed;
}

const isHttpSend = (head: Term, [name]: readonly Term[]): boolean =>
  head.kind === 'var' && head.name === 'http' && name?.kind === 'string' && name.value === 'send';
