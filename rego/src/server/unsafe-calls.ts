import { RegoError } from '../errors.js';
import { parseBody } from '../syntax/parser.js';
import { ApiError, errorData } from './api-error.js';

/** Refuses a query that calls `http.send`, or puts it in the place of another function. Errors: `ApiError` 400. */
export function assertNoUnsafeCall(query: string): void {
  const parsed = parseBody(query);
  if (!parsed.ok || !namesHttpSend(parsed.body)) return;
  const message = 'unsafe built-in function calls in expression: http.send';
  const error = new RegoError('rego_type_error', message, { file: '', row: 1, col: 1 });
  throw new ApiError(400, 'invalid_parameter', 'error(s) occurred while compiling query', [errorData(error)]);
}

interface Node {
  readonly kind?: unknown;
  readonly operator?: unknown;
  readonly head?: { readonly name?: unknown };
  readonly path?: readonly { readonly value?: unknown }[];
}

function namesHttpSend(tree: unknown): boolean {
  const waiting: unknown[] = [tree];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (typeof node !== 'object' || node === null) continue;
    const { kind, operator, head, path } = node as Node;
    if (kind === 'call' && operator === 'http.send') return true;
    if (kind === 'ref' && head?.name === 'http' && path?.[0]?.value === 'send') return true;
    waiting.push(...(Object.values(node) as unknown[]));
  }
  return false;
}
