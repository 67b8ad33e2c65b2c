import type { CallTerm, Location } from '../syntax/ast.js';
import { operatorName } from '../syntax/operators.js';
import { INFIX } from './signature.js';

const SEPARATOR = '$';
const GENERATED = '$c';

/** Makes names that no source can write, unique in one rule. */
export class NameSource {
  /** Made when needed: most rules have no such names. */
  private counts: Map<string, number> | undefined;

  /** For a value that the compiler moves out of its place. */
  generated(): string {
    return `${GENERATED}${this.count(GENERATED)}`;
  }

  /** `x$1` for `x`; wildcards are unique as they are. */
  renamed(name: string): string {
    const base = originalName(name);
    return base === '_' ? `${SEPARATOR}_${this.count('_')}` : `${base}${SEPARATOR}${this.count(base)}`;
  }

  private count(key: string): number {
    this.counts ??= new Map();
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    return count;
  }
}

export function isGenerated(name: string): boolean {
  return name.startsWith(GENERATED);
}

/** Returns whether OPA's compiler, whose output some tools write as source, made the name up (`ast.Var.IsGenerated`). */
export function isMadeUp(name: string): boolean {
  return name.startsWith('__local');
}

export function isWildcard(name: string): boolean {
  return name.startsWith(SEPARATOR) && !isGenerated(name);
}

/** As the source wrote it: `x` for `x$1`, `_` for a wildcard. */
export function originalName(name: string): string {
  if (name.startsWith(SEPARATOR)) {
    return '_';
  }
  const end = name.indexOf(SEPARATOR);
  return end === -1 ? name : name.slice(0, end);
}

/** `data` and `input`; after declarations are resolved, no local variable has these names. */
export function isRootDocument(name: string): boolean {
  return name === 'data' || name === 'input';
}

/** The first part of the operator's name, unless source wrote the operator as a sign (`a + b` is no call of a function named `plus`). */
export function calledName(term: CallTerm): string | undefined {
  if (INFIX.has(term.operator) && !term.loc.text.startsWith(`${term.operator}(`)) {
    return undefined;
  }
  const end = term.operator.search(/[.[]/);
  return end === -1 ? term.operator : term.operator.slice(0, end);
}

/** The operator that calls what stands at this path, which starts with its root: `data.lib.f`. */
export function operatorOf(path: readonly string[], loc: Location): string {
  const [root = 'data', ...below] = path;
  const elements = below.map((value) => ({ kind: 'string', value, loc }) as const);
  return operatorName({ kind: 'var', name: root, loc }, elements) ?? '';
}
