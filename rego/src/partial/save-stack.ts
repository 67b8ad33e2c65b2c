import type { SavedExpr } from './bindings.js';

/**
 * The expressions saved so far (OPA `saveStack`): the expressions of the query, and of the rules and negations that are evaluated
 * separately within it.
 */
export class SaveStack {
  private readonly queries: SavedExpr[][] = [[]];

  /** Saves expressions during `work`. */
  saving(exprs: readonly SavedExpr[], work: () => void): void {
    this.top().push(...exprs);
    work();
    this.top().length -= exprs.length;
  }

  pushQuery(query: SavedExpr[] = []): void {
    this.queries.push(query);
  }

  popQuery(): SavedExpr[] {
    return this.queries.pop() ?? [];
  }

  peek(): readonly SavedExpr[] {
    return this.top();
  }

  private top(): SavedExpr[] {
    return this.queries[this.queries.length - 1] ?? [];
  }
}
