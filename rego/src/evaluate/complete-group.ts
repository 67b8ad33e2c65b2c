import type { RuleGroup } from '../compile/program.js';
import { equalValues } from '../values/compare.js';
import type { Value } from '../values/value.js';
import { lookup } from './access.js';
import { constantOf } from './constants.js';
import type { DocumentGroup, World } from './context.js';
import type { DocumentTree, TreeSource } from './document-tree.js';
import { RuleIndex } from './rule-index.js';
import { Memo } from './scope.js';
import { ValueRule } from './value-rule.js';

const CONFLICT = 'complete rules must not produce multiple outputs';
const UNDEFINED = Symbol('undefined');

/** A document with one value, which any of its rules can produce. If several rules produce a value, the values must be equal. */
export class CompleteGroup implements DocumentGroup, TreeSource {
  readonly kind = 'complete';
  readonly path: readonly string[];
  private readonly memo = new Memo<Value | typeof UNDEFINED>();
  private readonly index: RuleIndex<ValueRule>;
  private readonly fallback: ValueRule | undefined;
  /** True if all rules give the same constant. The first rule that holds then decides. */
  private readonly isUniform: boolean;

  constructor(
    private readonly world: World,
    group: RuleGroup,
    conflict = CONFLICT,
  ) {
    const path = ['data', ...group.path].join('.');
    this.path = group.path;
    const rules = group.rules.map((rule) => new ValueRule(world, path, rule, conflict));
    this.index = new RuleIndex(rules, () => []);
    this.fallback = group.default === undefined ? undefined : new ValueRule(world, path, group.default, conflict);
    this.isUniform = allSameConstant(group);
  }

  value(): Value | undefined {
    const { rt } = this.world;
    const { scope } = rt;
    const known = this.memo.get(scope);
    if (known !== undefined) {
      return known === UNDEFINED ? undefined : known;
    }
    rt.enter();
    const value = this.evaluate();
    rt.leave();
    this.memo.set(scope, value === undefined ? UNDEFINED : value);
    return value;
  }

  lookup(key: Value): Value | undefined {
    return lookup(this.value(), key);
  }

  fill(tree: DocumentTree, keys: readonly Value[]): void {
    const value = this.value();
    if (value !== undefined) {
      tree.put(keys, value);
    }
  }

  prepare(): void {
    this.index.always().forEach((rule) => rule.prepare());
    this.fallback?.prepare();
  }

  private evaluate(): Value | undefined {
    let found: Value | undefined;
    for (const rule of this.index.select(this.world.rt.scope.input, [])) {
      const value = rule.run([]);
      if (value === undefined) {
        continue;
      }
      if (this.isUniform) {
        return value;
      }
      if (found !== undefined && !equalValues(found, value)) {
        throw rule.conflict();
      }
      found = value;
    }
    return found === undefined ? this.fallback?.run([]) : found;
  }
}

/** Returns whether all rules, including their `else` branches, have the same constant value. */
export function allSameConstant(group: RuleGroup): boolean {
  let common: Value | undefined;
  for (const first of group.rules) {
    for (let rule: typeof first | undefined = first; rule !== undefined; rule = rule.else) {
      const value = rule.value === undefined ? true : constantOf(rule.value);
      if (value === undefined || (common !== undefined && !equalValues(common, value))) {
        return false;
      }
      common = value;
    }
  }
  return true;
}
