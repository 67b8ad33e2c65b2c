import { isKeyword, isName } from '../syntax/tokens.js';
import { isPrefix } from './save-set.js';
import { type PBody, type PTerm, valueTerm } from './terms.js';

/** A rule of a support module. */
export interface SupportRule {
  readonly default: boolean;
  /** The rule's name, and the rest of the reference in its head. */
  readonly ref: readonly [string, ...PTerm[]];
  readonly args: readonly PTerm[] | undefined;
  /** The element of a rule with `contains`. */
  readonly element: PTerm | undefined;
  readonly value: PTerm | undefined;
  readonly body: PBody;
}

/** A module of rules that residual queries refer to. */
export interface SupportModule {
  /** The path below `data`. */
  readonly path: readonly string[];
  readonly rules: SupportRule[];
}

/** A path below `data` (without `data`), split into its package and the reference in a rule's head. */
export interface SplitPath {
  readonly packagePath: readonly string[];
  readonly ref: readonly [string, ...PTerm[]];
}

/** The support modules created so far, by package (OPA `saveSupport`). */
export class Support {
  private readonly modules = new Map<string, SupportModule>();

  /** Returns the modules sorted by path, default rules first. */
  list(): readonly SupportModule[] {
    return [...this.modules.values()]
      .toSorted((a, b) => (a.path.join('.') < b.path.join('.') ? -1 : 1))
      .map(({ path, rules }) => ({ path, rules: rules.toSorted((a, b) => Number(b.default) - Number(a.default)) }));
  }

  /** Returns whether rules exist at this path or below it. */
  exists(path: readonly PTerm[]): boolean {
    return [...this.modules.values()].some((module) =>
      module.rules.some(({ ref: [name, ...keys] }) =>
        isPrefix(path, [...[...module.path, name].map(valueTerm), ...keys]),
      ),
    );
  }

  insert(path: readonly string[], rule: SupportRule): void {
    const key = JSON.stringify(path);
    const module = this.modules.get(key);
    if (module === undefined) {
      this.modules.set(key, { path, rules: [rule] });
    } else {
      module.rules.push(rule);
    }
  }
}

/** Splits a path as OPA does (`splitPackageAndRule`): the last of the leading names is the rule's name. */
export function splitPath(path: readonly PTerm[]): SplitPath {
  const names: string[] = [];
  for (const part of path) {
    if (part.kind !== 'value' || typeof part.value !== 'string' || (names.length > 1 && !canNameRule(part.value))) {
      break;
    }
    names.push(part.value);
  }
  const name = names[names.length - 1] ?? '';
  return { packagePath: names.slice(0, -1), ref: [name, ...path.slice(names.length)] };
}

/** Returns whether a rule can have this name. */
export function canNameRule(name: string): boolean {
  return isName(name) && !isKeyword(name);
}

/**
 * The references whose rules must not be inlined (OPA `inliningControl`). The references of a `with` are pushed while the `with` applies.
 */
export class InliningControl {
  private readonly pushed: (readonly (readonly PTerm[])[])[] = [];
  private readonly conditions: string[] = [];

  constructor(
    readonly shallow: boolean,
    private readonly disabledByCaller: readonly (readonly PTerm[])[],
  ) {}

  push(refs: readonly (readonly PTerm[])[]): void {
    this.pushed.push(refs);
  }

  pop(): void {
    this.pushed.pop();
  }

  /** Records that a variable is used as a condition: it only matters whether its value is false. */
  pushCondition(name: string): void {
    this.conditions.push(name);
  }

  popCondition(): void {
    this.conditions.pop();
  }

  isCondition(term: PTerm): boolean {
    return term.kind === 'var' && this.conditions.includes(term.name);
  }

  /** Returns whether the caller named the reference, or one above or below it. */
  isDisabledByCaller(ref: readonly PTerm[]): boolean {
    return this.disabledByCaller.some((other) => overlaps(ref, other));
  }

  isDisabled(ref: readonly PTerm[]): boolean {
    return this.isDisabledByCaller(ref) || this.pushed.some((refs) => refs.some((other) => overlaps(ref, other)));
  }
}

function overlaps(a: readonly PTerm[], b: readonly PTerm[]): boolean {
  return isPrefix(a, b) || isPrefix(b, a);
}
