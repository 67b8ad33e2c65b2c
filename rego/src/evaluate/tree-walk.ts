import type { Term } from '../syntax/ast.js';
import { RegoObject } from '../values/object.js';
import { RegoSet } from '../values/set.js';
import { sortValues } from '../values/compare.js';
import type { Value } from '../values/value.js';
import { lookup, lookupBase, lookupPath } from './access.js';
import type { ExprCode, Frame, Getter, Step } from './code.js';
import type { KeyMatch } from './compile-access.js';
import { compileMatch } from './compile-match.js';
import type { Context, DocumentGroup, VirtualNode } from './context.js';
import type { Runtime } from './runtime.js';
import { hasUnbound } from './term-facts.js';

/** An element of a path, which is either bound at run time or must be enumerated. */
type Part = { readonly kind: 'bound'; readonly get: Getter } | { readonly kind: 'open'; readonly match: KeyMatch };

/** A callback for each value that a path leads to. */
type Visit = (value: Value) => boolean;

/** Follows a path below `data` whose first element is known only at run time (`data[x].y`), through packages, rules and base data. */
class TreeWalk {
  constructor(
    private readonly rt: Runtime,
    private readonly start: VirtualNode,
    private readonly parts: readonly Part[],
  ) {}

  getter(): Getter {
    return (frame) => {
      let found: Value | undefined;
      this.run(frame, (value) => {
        found = value;
        return true;
      });
      return found;
    };
  }

  generator(target: number): ExprCode {
    const generate =
      (next: Step): Step =>
      (frame) =>
        this.run(frame, (value) => {
          frame[target] = value;
          return next(frame);
        });
    return { kind: 'generator', generate };
  }

  private run(frame: Frame, visit: Visit): boolean {
    const { path } = this.start;
    const base = lookupPath(this.rt.scope.data, path);
    return this.atNode(this.rt.scope.covers(path) ? undefined : this.start, base, 0, frame, visit);
  }

  private atNode(
    node: VirtualNode | undefined,
    base: Value | undefined,
    position: number,
    frame: Frame,
    visit: Visit,
  ): boolean {
    if (node === undefined) {
      return base !== undefined && this.atValue(base, position, frame, visit, lookupBase);
    }
    if (node.group !== undefined) {
      return this.atGroup(node.group, position, frame, visit);
    }
    const part = this.parts[position];
    if (part === undefined) {
      const extent = node.extent(base);
      return extent !== undefined && visit(extent);
    }
    if (part.kind === 'bound') {
      const key = part.get(frame);
      return key !== undefined && this.below(node, base, key, position, frame, visit);
    }
    for (const key of keysOf(node, base)) {
      this.rt.budget.step();
      if (part.match(key, frame) && this.below(node, base, key, position, frame, visit)) {
        return true;
      }
    }
    return false;
  }

  private below(
    node: VirtualNode,
    base: Value | undefined,
    key: Value,
    position: number,
    frame: Frame,
    visit: Visit,
  ): boolean {
    const child = typeof key === 'string' ? node.children.get(key) : undefined;
    const hidden = child !== undefined && this.rt.scope.covers(child.path);
    return this.atNode(hidden ? undefined : child, lookupBase(base, key), position + 1, frame, visit);
  }

  private atGroup(group: DocumentGroup, position: number, frame: Frame, visit: Visit): boolean {
    const part = this.parts[position];
    if (group.kind === 'partial' && part?.kind === 'bound') {
      const key = part.get(frame);
      const member = key === undefined ? undefined : group.lookup(key);
      return member !== undefined && this.atValue(member, position + 1, frame, visit, lookup);
    }
    const value = group.value();
    return value !== undefined && this.atValue(value, position, frame, visit, lookup);
  }

  private atValue(value: Value, position: number, frame: Frame, visit: Visit, find: typeof lookup): boolean {
    const part = this.parts[position];
    if (part === undefined) {
      return visit(value);
    }
    if (part.kind === 'bound') {
      const key = part.get(frame);
      const member = key === undefined ? undefined : find(value, key);
      return member !== undefined && this.atValue(member, position + 1, frame, visit, find);
    }
    for (const key of keysOfValue(value)) {
      this.rt.budget.step();
      if (part.match(key, frame) && this.atValue(lookup(value, key) as Value, position + 1, frame, visit, find)) {
        return true;
      }
    }
    return false;
  }
}

export function compileTreeWalk(context: Context, start: VirtualNode, path: readonly Term[]): TreeWalk {
  const parts = path.map((part): Part => {
    if (hasUnbound(part, context.names)) {
      return { kind: 'open', match: compileMatch(context, part) };
    }
    return { kind: 'bound', get: context.getter(part) };
  });
  return new TreeWalk(context.rt, start, parts);
}

function keysOf(node: VirtualNode, base: Value | undefined): readonly Value[] {
  const names = [...node.children.keys()];
  if (!(base instanceof RegoObject)) {
    return sortValues(names);
  }
  return sortValues([...base.keys(), ...names.filter((name) => !base.has(name))]);
}

function keysOfValue(value: Value): readonly Value[] {
  if (Array.isArray(value)) {
    return value.map((_, index) => index);
  }
  return value instanceof RegoObject ? value.keys() : value instanceof RegoSet ? value.sorted() : [];
}
