import type { Module, Term } from '../syntax/ast.js';
import type { DraftRule } from './draft-rule.js';
import type { FunctionType } from './rule-types.js';
import { walkBody, walkTerm } from './syntax-walk.js';
import type { Type } from './types.js';

/**
 * Modules compiled separately so that other modules can be compiled on top of them, without compiling the lower modules again. Many
 * policies share a layer: the modules above it never change it.
 */
export interface CompiledLayer {
  readonly modules: readonly Module[];
  /** Rules in their final form, from which a program is built. */
  readonly rules: readonly DraftRule[];
  /** The number of rules, including each `else`. */
  readonly ruleCount: number;
  /** The type at each rule's path, keyed by the path's first definition. */
  readonly types: ReadonlyMap<DraftRule, Type | FunctionType | undefined>;
  /**
   * The leading names of each reference to `data` in the layer, and the layer's packages: places where other modules would change the
   * meaning of the layer.
   */
  readonly places: readonly (readonly string[])[];
}

export const NO_LAYER: CompiledLayer = { modules: [], rules: [], ruleCount: 0, types: new Map(), places: [] };

/**
 * Returns whether the layer keeps its meaning with these modules above it, because none of them is in a package at, above or below one of
 * its places. Otherwise, all modules must be compiled together.
 */
export function standsAlone({ places }: CompiledLayer, modules: readonly Module[]): boolean {
  return modules.every(
    ({ package: { path } }) => !places.some((place) => isPrefix(place, path) || isPrefix(path, place)),
  );
}

/** See `CompiledLayer.places`. */
export function placesOf(rules: readonly DraftRule[], modules: readonly Module[]): readonly (readonly string[])[] {
  const places = new Map<string, readonly string[]>();
  const add = (path: readonly string[]): void => void places.set(JSON.stringify(path), path);
  const visit = (term: Term): boolean => {
    if (term.kind === 'var' && term.name === 'data') add([]);
    if (term.kind !== 'ref' || term.head.kind !== 'var') return false;
    if (term.head.name === 'data') add(leadingNames(term.path));
    // The head `data` of a reference does not refer to the entire document.
    term.path.forEach((part) => walkTerm(part, visit));
    return true;
  };
  for (const first of rules) {
    for (let rule: DraftRule | undefined = first; rule !== undefined; rule = rule.else) {
      walkBody(rule.body, visit);
      if (rule.value !== undefined) walkTerm(rule.value, visit);
    }
  }
  modules.forEach((module) => add(module.package.path));
  return [...places.values()];
}

function leadingNames(path: readonly Term[]): readonly string[] {
  const names: string[] = [];
  for (const part of path) {
    if (part.kind !== 'string') break;
    names.push(part.value);
  }
  return names;
}

function isPrefix(short: readonly string[], long: readonly string[]): boolean {
  return short.length <= long.length && short.every((name, position) => long[position] === name);
}
