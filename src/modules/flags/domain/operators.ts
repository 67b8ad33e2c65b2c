/** The number of arguments of a targeting operator, and its special properties. */
export interface OperatorRule {
  readonly min: number;
  readonly max: number;
  /** True if the operator evaluates an expression for each element of a list. */
  readonly isLoop?: true;
  /** True if the operator creates strings or lists that can grow with each round of a `reduce`. */
  readonly grows?: true;
}

const ANY = Number.POSITIVE_INFINITY;
const LOOP = { min: 2, max: 2, isLoop: true } as const;

/**
 * The operators of flagd's targeting (https://flagd.dev/reference/flag-definitions/): JSON Logic and flagd's own. Other operators of the
 * engine (`throw`, `try`, `pipe`, …) are not part of the format and are rejected.
 */
export const OPERATORS: ReadonlyMap<string, OperatorRule> = new Map<string, OperatorRule>([
  ['var', { min: 0, max: 2 }],
  ['missing', { min: 0, max: ANY }],
  ['missing_some', { min: 2, max: 2 }],
  ['if', { min: 1, max: ANY }],
  ['?:', { min: 3, max: 3 }],
  ['==', { min: 2, max: 2 }],
  ['===', { min: 2, max: 2 }],
  ['!=', { min: 2, max: 2 }],
  ['!==', { min: 2, max: 2 }],
  ['>', { min: 2, max: 3 }],
  ['>=', { min: 2, max: 3 }],
  ['<', { min: 2, max: 3 }],
  ['<=', { min: 2, max: 3 }],
  ['!', { min: 1, max: 1 }],
  ['!!', { min: 1, max: 1 }],
  ['or', { min: 1, max: ANY }],
  ['and', { min: 1, max: ANY }],
  ['+', { min: 1, max: ANY }],
  ['-', { min: 1, max: 2 }],
  ['*', { min: 1, max: ANY }],
  ['/', { min: 2, max: 2 }],
  ['%', { min: 2, max: 2 }],
  ['max', { min: 1, max: ANY }],
  ['min', { min: 1, max: ANY }],
  ['in', { min: 2, max: 2 }],
  ['cat', { min: 1, max: ANY, grows: true }],
  ['substr', { min: 2, max: 3 }],
  ['merge', { min: 0, max: ANY, grows: true }],
  ['map', { ...LOOP, grows: true }],
  ['filter', LOOP],
  ['all', LOOP],
  ['none', LOOP],
  ['some', LOOP],
  ['reduce', { min: 2, max: 3, isLoop: true }],
  ['starts_with', { min: 2, max: 2 }],
  ['ends_with', { min: 2, max: 2 }],
  ['sem_ver', { min: 3, max: 3 }],
  ['fractional', { min: 1, max: ANY }],
  ['$ref', { min: 1, max: 1 }],
]);

/** The comparisons of `sem_ver`. */
export const VERSION_OPERATORS: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=', '^', '~']);

/** A version that `sem_ver` can read: SemVer 2.0.0 with an optional `v` prefix, or only one or two numbers. */
export const VERSION =
  /^[vV]?(?:\d+(?:\.\d+)?|\d+\.\d+\.\d+(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?)$/;

/** Returns the name of an expression's only operator, or `null` for any other value. */
export function operatorOf(expression: object): string | null {
  const [name, ...others] = Object.keys(expression);
  return name !== undefined && others.length === 0 ? name : null;
}

/** Returns the arguments of an operator. An argument that is not a list counts as a list with one element. */
export function argumentsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
