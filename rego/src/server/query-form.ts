import { parseBody } from '../syntax/parser.js';

/** What a query looks like, as far as its handler must know. */
export interface QueryForm {
  /** One expression, not negated, without variables: OPA answers it also when it is false. */
  readonly isGroundTerm: boolean;
}

const ROOTS = new Set(['data', 'input']);

/** Looks at a query that parses; one that does not has no form. */
export function queryForm(query: string): QueryForm | null {
  const parsed = parseBody(query);
  if (!parsed.ok) return null;
  let hasVariables = false;
  const waiting: unknown[] = [parsed.body];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (typeof node !== 'object' || node === null) continue;
    const { kind, name } = node as { kind?: unknown; name?: unknown };
    if (kind === 'var' && !ROOTS.has(String(name))) hasVariables = true;
    waiting.push(...(Object.values(node) as unknown[]));
  }
  const [expr, ...others] = parsed.body;
  const isTerm = expr?.kind === 'term' && !expr.negated && expr.with.length === 0 && others.length === 0;
  return { isGroundTerm: isTerm && !hasVariables };
}
