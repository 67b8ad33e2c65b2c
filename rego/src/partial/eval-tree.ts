import type { RuleNode } from '../compile/program.js';
import { sortValues } from '../values/compare.js';
import { RegoObject } from '../values/object.js';
import { RegoSet } from '../values/set.js';
import { isArray } from '../values/type-name.js';
import type { Value } from '../values/value.js';
import type { Bindings, BoundTerm } from './bindings.js';
import type { DataRef } from './data-ref.js';
import type { Eval, Next } from './eval.js';
import { evalRules } from './eval-rules.js';
import { isGround, type PTerm, type RefTerm, valueTerm } from './terms.js';

/** Follows a reference below `data`, through packages and base data, to rules (OPA, topdown/eval.go, `evalTree`). */
export function evalTree(e: Eval, ref: RefTerm, bindings: Bindings, other: BoundTerm, next: Next): void {
  new TreeWalk({ e, ref: ref.parts, bindings, other }).from(e.session.rules.program.root, [], next);
}

class TreeWalk {
  constructor(private readonly data: DataRef) {}

  /** `keys`: the values of the parts so far, without `data`. */
  from(node: RuleNode | undefined, keys: readonly Value[], next: Next): void {
    const { ref, bindings } = this.data;
    const part = ref[keys.length + 1];
    if (part === undefined) {
      this.finish(keys, next);
      return;
    }
    const key = bindings.plug(part);
    if (key.kind === 'value') {
      this.atKey(node, keys, key.value, next);
    } else if (isGround(key)) {
      this.save(keys, next);
    } else {
      this.enumerate(node, keys, part, next);
    }
  }

  private atKey(node: RuleNode | undefined, keys: readonly Value[], key: Value, next: Next): void {
    const { known, rules } = this.data.e.session;
    const below = [...keys, key];
    const child = known.isReplaced(below) || typeof key !== 'string' ? undefined : node?.children.get(key);
    const group = child === undefined ? undefined : rules.groupAt(child);
    if (group !== undefined) {
      evalRules(this.data, group, below, next);
    } else {
      this.from(child, below, next);
    }
  }

  private finish(keys: readonly Value[], next: Next): void {
    const { e, bindings, other } = this.data;
    const ref = this.plugged(keys);
    if (e.session.needsSave([ref], bindings)) {
      e.saveUnify(ref, other.term, bindings, other.bindings, next);
      return;
    }
    const document = e.session.known.document(keys);
    if (document !== undefined) {
      e.unify(other.term, valueTerm(document), other.bindings, bindings, next);
    }
  }

  private enumerate(node: RuleNode | undefined, keys: readonly Value[], part: PTerm, next: Next): void {
    const { e, bindings } = this.data;
    const { saveSet, inlining, known } = e.session;
    const prefix = this.prefix(keys);
    if (inlining.isDisabledByCaller(prefix) || saveSet.contains({ kind: 'ref', parts: prefix }, undefined)) {
      this.save(keys, next);
      return;
    }
    for (const key of keysOf(known.base(keys), node)) {
      e.unify(valueTerm(key), part, bindings, bindings, () => {
        this.atKey(node, keys, key, next);
      });
    }
  }

  private save(keys: readonly Value[], next: Next): void {
    const { e, bindings, other } = this.data;
    e.saveUnify(this.plugged(keys), other.term, bindings, other.bindings, next);
  }

  private prefix(keys: readonly Value[]): readonly PTerm[] {
    return [{ kind: 'var', name: 'data' }, ...keys.map(valueTerm)];
  }

  private plugged(keys: readonly Value[]): RefTerm {
    return { kind: 'ref', parts: [...this.prefix(keys), ...this.data.ref.slice(keys.length + 1)] };
  }
}

/** Returns the keys of base data, and then the keys of rules that are not in the base data. */
function keysOf(base: Value | undefined, node: RuleNode | undefined): readonly Value[] {
  const known = base === undefined ? [] : keysOfValue(base);
  const names = sortValues(node?.children.keys() ?? []);
  return [...known, ...names.filter((name) => !(base instanceof RegoObject && base.has(name)))];
}

function keysOfValue(value: Value): readonly Value[] {
  if (isArray(value)) {
    return value.map((_, index) => index);
  }
  return value instanceof RegoObject ? value.keys() : value instanceof RegoSet ? value.sorted() : [];
}
