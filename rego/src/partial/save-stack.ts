import type { SavedExpr } from './bindings.js';

/**
 * The expressions saved so far (OPA `saveStack`): of the query, and of the rules and negations that are evaluated within it for themselves.
 * As a result may be read at any time, lists are not changed but replaced.
 */
export class SaveStack {
  private readonly queries: SavedExpr[][] = [[]];

  /** Saves expressions while `work` runs. */
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
