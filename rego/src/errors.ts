import type { Location } from './syntax/ast.js';

/** OPA's error codes (`ast/errors.go`, `topdown/errors.go`). */
export type RegoErrorCode =
  | 'rego_parse_error'
  | 'rego_compile_error'
  | 'rego_type_error'
  | 'rego_unsafe_var_error'
  | 'rego_recursion_error'
  | 'eval_internal_error'
  | 'eval_conflict_error'
  | 'eval_type_error'
  | 'eval_builtin_error'
  | 'eval_cancel_error'
  | 'eval_with_merge_error';

export type RegoLocation = Pick<Location, 'file' | 'row' | 'col'>;

/** An error in a policy, with its location. The message says what to change. */
export class RegoError extends Error {
  constructor(
    readonly code: RegoErrorCode,
    message: string,
    readonly location?: RegoLocation,
  ) {
    super(message);
    this.name = 'RegoError';
  }

  /** Formats the error as OPA prints it: `authz.rego:3:7: rego_parse_error: unexpected token`. */
  override toString(): string {
    const place =
      this.location === undefined ? '' : `${this.location.file}:${this.location.row}:${this.location.col}: `;
    return `${place}${this.code}: ${this.message}`;
  }
}

/**
 * An error from a built-in function. Not fatal: the expression is undefined, unless the query requests strict errors (OPA
 * `--strict-builtin-errors`). The message then reads `<function>: <message>`.
 */
export class BuiltinError extends Error {
  constructor(
    readonly code: 'eval_builtin_error' | 'eval_type_error',
    message: string,
  ) {
    super(message);
    this.name = 'BuiltinError';
  }
}

export type LimitName = 'deadline' | 'cpu' | 'steps' | 'memory' | 'depth';

/** An error that reports an exhausted budget. Always stops the evaluation; a policy cannot catch it. */
export class LimitExceeded extends Error {
  constructor(
    readonly limit: LimitName,
    message: string,
  ) {
    super(message);
    this.name = 'LimitExceeded';
  }
}
