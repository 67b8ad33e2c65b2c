import { parseBody } from '../syntax/parser.js';

/** What a query looks like, as far as its handler must know. */
export interface QueryForm {
  /** Names of the built-in functions and functions that it calls itself. */
  readonly calls: ReadonlySet<string>;
  /** One expression, not negated, without variables: OPA answers it also when it is false. */
  readonly isGroundTerm: boolean;
}

const ROOTS = new Set(['data', 'input']);

/** Looks at a query that parses; one that does not has no form. */
export function queryForm(query: string): QueryForm | null {
  const parsed = parseBody(query);
  if (!parsed.ok) return null;
  const calls = new Set<string>();
  let hasVariables = false;
  const waiting: unknown[] = [parsed.body];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (typeof node !== 'object' || node === null) continue;
    const { kind, name, operator } = node as { kind?: unknown; name?: unknown; operator?: unknown };
    if (kind === 'var' && !ROOTS.has(String(name))) hasVariables = true;
    if (kind === 'call' && typeof operator === 'string') calls.add(operator);
    waiting.push(...(Object.values(node) as unknown[]));
  }
  const [expr, ...others] = parsed.body;
  const isTerm = expr?.kind === 'term' && !expr.negated && expr.with.length === 0 && others.length === 0;
  return { calls, isGroundTerm: isTerm && !hasVariables };
}
