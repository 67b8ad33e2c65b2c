import type { CompiledRule, RuleGroup } from '../compile/program.js';
import type { Term } from '../syntax/ast.js';
import { SET_ITEM_BYTES } from '../values/byte-size.js';
import { RegoSet, SetBuilder } from '../values/set.js';
import type { Value } from '../values/value.js';
import { ValueMap } from '../values/value-map.js';
import { FOUND } from './code.js';
import type { DocumentGroup, World } from './context.js';
import type { DocumentTree, TreeSource } from './document-tree.js';
import { compileRule, tracedRule, type RuleCode } from './rule-code.js';
import { RuleIndex } from './rule-index.js';
import { Memo } from './scope.js';

/** A `contains` rule, compiled both for listing its elements and for testing whether a value is one of them. */
class ElementRule {
  private all: RuleCode | undefined;
  private one: RuleCode | undefined;
  private into: SetBuilder | undefined;

  constructor(
    private readonly world: World,
    private readonly path: string,
    readonly rule: CompiledRule,
  ) {}

  get element(): Term {
    return this.rule.element ?? { kind: 'boolean', loc: this.rule.loc, value: true };
  }

  addTo(elements: SetBuilder): void {
    const code = this.prepare();
    const outer = this.into;
    this.into = elements;
    try {
      tracedRule(
        this.world,
        this.path,
        this.rule,
        () => this.count(code, elements),
        (added) => added,
      );
    } finally {
      this.into = outer;
    }
  }

  prepare(): RuleCode {
    return (this.all ??= this.compileAll());
  }

  holds(element: Value): boolean {
    const { element: pattern } = this;
    const code = (this.one ??= compileRule(this.world, this.rule, [pattern], [], () => FOUND));
    const frame = code.fresh();
    frame[0] = element;
    return tracedRule(
      this.world,
      this.path,
      this.rule,
      () => code.run(frame),
      (found) => found,
    );
  }

  private count(code: RuleCode, elements: SetBuilder): boolean {
    const before = elements.size;
    code.run(code.fresh());
    return elements.size > before;
  }

  private compileAll(): RuleCode {
    return compileRule(this.world, this.rule, [], [this.element], ({ outputs, single }) => (frame) => {
      const element = outputs[0]?.(frame);
      if (element !== undefined) {
        this.world.rt.budget.step();
        if (this.into?.add(element) === true) {
          this.world.rt.budget.allocate(SET_ITEM_BYTES);
        }
      }
      return single;
    });
  }
}

/** A set built by `contains` rules. */
export class PartialSetGroup implements DocumentGroup, TreeSource {
  readonly kind = 'partial';
  readonly path: readonly string[];
  private readonly whole = new Memo<RegoSet>();
  private readonly known = new Memo<ValueMap<boolean>>();
  private readonly all: RuleIndex<ElementRule>;
  private readonly byElement: RuleIndex<ElementRule>;

  constructor(
    private readonly world: World,
    group: RuleGroup,
  ) {
    const path = ['data', ...group.path].join('.');
    this.path = group.path;
    const rules = group.rules.map((rule) => new ElementRule(world, path, rule));
    this.all = new RuleIndex(rules, () => []);
    this.byElement = new RuleIndex(rules, (rule) => (rule.element === undefined ? [] : [rule.element]));
  }

  value(): RegoSet {
    const { rt } = this.world;
    const { scope } = rt;
    const known = this.whole.get(scope);
    if (known !== undefined) {
      return known;
    }
    rt.enter();
    const elements = new SetBuilder();
    for (const rule of this.all.select(scope.input, [])) {
      rule.addTo(elements);
    }
    rt.leave();
    const value = elements.build();
    this.whole.set(scope, value);
    return value;
  }

  lookup(key: Value): Value | undefined {
    const { rt } = this.world;
    const { scope } = rt;
    const whole = this.whole.get(scope);
    if (whole !== undefined) {
      return whole.has(key) ? key : undefined;
    }
    let known = this.known.get(scope);
    if (known === undefined) {
      known = new ValueMap();
      this.known.set(scope, known);
    }
    let holds = known.get(key);
    if (holds === undefined) {
      rt.enter();
      holds = this.byElement.select(scope.input, [key]).some((rule) => rule.holds(key));
      rt.leave();
      rt.budget.allocate(SET_ITEM_BYTES);
      known.set(key, holds);
    }
    return holds ? key : undefined;
  }

  prepare(): void {
    this.all.always().forEach((rule) => rule.prepare());
  }

  fill(tree: DocumentTree, keys: readonly Value[]): void {
    for (const element of this.value().sorted()) {
      tree.putElement(keys, element);
    }
  }
}
