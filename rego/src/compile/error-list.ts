import { RegoError, type RegoErrorCode, type RegoLocation } from '../errors.js';

/** The maximum number of reported errors (OPA `CompileErrorLimitDefault`). */
const MAX_REPORTED = 10;
/** Enough errors to sort by location. A hostile policy can have one error per byte. */
const MAX_KEPT = 1_000;

/** The errors that the stages have found so far. */
export class ErrorList {
  private errors: RegoError[] = [];
  private readonly seen = new Set<string>();

  get any(): boolean {
    return this.errors.length > 0;
  }

  /** The number of errors so far; see `dropSince`. */
  get count(): number {
    return this.errors.length;
  }

  /** Drops matching errors that were added after the list had `count` errors. */
  dropSince(count: number, isDropped: (error: RegoError) => boolean): void {
    this.errors = this.errors.filter((error, position) => position < count || !isDropped(error));
  }

  add(code: RegoErrorCode, message: string, at: RegoLocation | undefined): void {
    if (this.errors.length >= MAX_KEPT) {
      return;
    }
    const location = at === undefined ? undefined : { file: at.file, row: at.row, col: at.col };
    const error = new RegoError(code, message, location);
    const text = error.toString();
    if (!this.seen.has(text)) {
      this.seen.add(text);
      this.errors.push(error);
    }
  }

  /**
   * Returns the errors, ordered by file and location. If there are more than ten, returns the first ten and an error that says that the
   * limit was reached.
   */
  report(): readonly RegoError[] {
    const sorted = [...this.errors].sort((a, b) => compareLocations(a.location, b.location));
    if (sorted.length <= MAX_REPORTED) {
      return sorted;
    }
    return [...sorted.slice(0, MAX_REPORTED), new RegoError('rego_compile_error', 'error limit reached')];
  }
}

/** Compares locations; unknown ones come first. */
function compareLocations(a: RegoLocation | undefined, b: RegoLocation | undefined): number {
  if (a === undefined || b === undefined) {
    return Number(a !== undefined) - Number(b !== undefined);
  }
  if (a.file !== b.file) {
    return a.file < b.file ? -1 : 1;
  }
  return a.row - b.row || a.col - b.col;
}
