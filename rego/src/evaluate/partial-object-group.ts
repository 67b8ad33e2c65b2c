import type { CompiledRule, RuleGroup } from '../compile/program.js';
import { RegoError } from '../errors.js';
import type { Term } from '../syntax/ast.js';
import { OBJECT_ENTRY_BYTES } from '../values/byte-size.js';
import type { RegoObject } from '../values/object.js';
import type { Value } from '../values/value.js';
import { ValueMap } from '../values/value-map.js';
import type { Frame, Step } from './code.js';
import type { DocumentGroup, World } from './context.js';
import { DocumentTree, KeyConflict, type TreeSource } from './document-tree.js';
import { compileRule, tracedRule, type Finish, type RuleCode } from './rule-code.js';
import { RuleIndex } from './rule-index.js';
import { Memo } from './scope.js';

export const KEY_CONFLICT = 'object keys must be unique';
const UNDEFINED = Symbol('undefined');

/** The place for a member that a rule provides. */
interface Target {
  readonly tree: DocumentTree;
  readonly prefix: readonly Value[];
  added: boolean;
}

/** A rule with keys in its head, compiled both for all its members and for the members below one first key. */
class MemberRule {
  private all: RuleCode | undefined;
  private one: RuleCode | undefined;
  private target: Target | undefined;

  constructor(
    private readonly world: World,
    private readonly path: string,
    readonly rule: CompiledRule,
  ) {}

  addAll(tree: DocumentTree, prefix: readonly Value[]): void {
    const code = this.prepare();
    this.run(code, code.fresh(), { tree, prefix, added: false });
  }

  prepare(): RuleCode {
    return (this.all ??= this.compile([], this.rule.keys));
  }

  /** Adds the members below `key`, the first of the rule's keys. */
  addBelow(tree: DocumentTree, prefix: readonly Value[], key: Value): void {
    const code = (this.one ??= this.compile(this.rule.keys.slice(0, 1), this.rule.keys.slice(1)));
    const frame = code.fresh();
    frame[0] = key;
    this.run(code, frame, { tree, prefix: [...prefix, key], added: false });
  }

  private run(code: RuleCode, frame: Frame, target: Target): void {
    const outer = this.target;
    this.target = target;
    try {
      const work = (): boolean => {
        code.run(frame);
        return target.added;
      };
      tracedRule(this.world, this.path, this.rule, work, (added) => added);
    } catch (error) {
      throw error instanceof KeyConflict ? new RegoError('eval_conflict_error', KEY_CONFLICT, this.rule.loc) : error;
    } finally {
      this.target = outer;
    }
  }

  private compile(given: readonly Term[], keys: readonly Term[]): RuleCode {
    const { rule } = this;
    const last: Term = rule.element ?? rule.value ?? { kind: 'boolean', loc: rule.loc, value: true };
    return compileRule(this.world, rule, given, [...keys, last], (finish) => this.finish(finish));
  }

  private finish({ outputs, single }: Finish): Step {
    const isElement = this.rule.element !== undefined;
    return (frame) => {
      const { rt } = this.world;
      const values: Value[] = [];
      for (const output of outputs) {
        const value = output(frame);
        if (value === undefined) {
          return false;
        }
        values.push(value);
      }
      rt.budget.step();
      rt.budget.allocate(OBJECT_ENTRY_BYTES * outputs.length);
      this.put(values, isElement);
      return single;
    };
  }

  private put(values: readonly Value[], isElement: boolean): void {
    const { target } = this;
    if (target === undefined) {
      return;
    }
    const keys = [...target.prefix, ...values.slice(0, -1)];
    const last = values.at(-1) ?? null;
    target.added = true;
    if (isElement) {
      target.tree.putElement(keys, last);
    } else {
      target.tree.put(keys, last);
    }
  }
}

/** An object built by rules with keys in their heads, and by the rules at known places below it (`p[x] := 1` and `p.q.r := 2`). */
export class PartialObjectGroup implements DocumentGroup, TreeSource {
  readonly kind = 'partial';
  readonly path: readonly string[];
  private readonly whole = new Memo<RegoObject>();
  private readonly known = new Memo<ValueMap<Value | typeof UNDEFINED>>();
  private readonly all: RuleIndex<MemberRule>;
  private readonly byKey: RuleIndex<MemberRule>;

  constructor(
    private readonly world: World,
    private readonly group: RuleGroup,
    /** The sources below this group, by their first key. */
    private readonly below: ReadonlyMap<string, TreeSource>,
  ) {
    const path = ['data', ...group.path].join('.');
    this.path = group.path;
    const rules = group.rules.map((rule) => new MemberRule(world, path, rule));
    this.all = new RuleIndex(rules, () => []);
    this.byKey = new RuleIndex(rules, (rule) => rule.keys.slice(0, 1));
  }

  value(): RegoObject {
    const { scope } = this.world.rt;
    let whole = this.whole.get(scope);
    if (whole === undefined) {
      const tree = new DocumentTree();
      this.fill(tree, []);
      whole = tree.build();
      this.whole.set(scope, whole);
    }
    return whole;
  }

  lookup(key: Value): Value | undefined {
    const { rt } = this.world;
    const { scope } = rt;
    const whole = this.whole.get(scope);
    if (whole !== undefined) {
      return whole.get(key);
    }
    let members = this.known.get(scope);
    if (members === undefined) {
      members = new ValueMap();
      this.known.set(scope, members);
    }
    const known = members.get(key);
    if (known !== undefined) {
      return known === UNDEFINED ? undefined : known;
    }
    rt.enter();
    const member = this.evaluateMember(key);
    rt.leave();
    rt.budget.allocate(OBJECT_ENTRY_BYTES);
    members.set(key, member === undefined ? UNDEFINED : member);
    return member;
  }

  prepare(): void {
    this.all.always().forEach((rule) => rule.prepare());
  }

  fill(tree: DocumentTree, keys: readonly Value[]): void {
    const { rt } = this.world;
    rt.enter();
    for (const rule of this.all.select(rt.scope.input, [])) {
      rule.addAll(tree, keys);
    }
    for (const [name, source] of this.below) {
      this.fillFrom(source, tree, [...keys, name]);
    }
    rt.leave();
  }

  private evaluateMember(key: Value): Value | undefined {
    const tree = new DocumentTree();
    for (const rule of this.byKey.select(this.world.rt.scope.input, [key])) {
      rule.addBelow(tree, [], key);
    }
    const source = typeof key === 'string' ? this.below.get(key) : undefined;
    if (source !== undefined) {
      this.fillFrom(source, tree, [key]);
    }
    return tree.take(key);
  }

  private fillFrom(source: TreeSource, tree: DocumentTree, keys: readonly Value[]): void {
    try {
      source.fill(tree, keys);
    } catch (error) {
      throw error instanceof KeyConflict
        ? new RegoError('eval_conflict_error', KEY_CONFLICT, this.group.rules[0]?.loc)
        : error;
    }
  }
}
