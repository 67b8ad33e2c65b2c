import { equalValues } from '../values/compare.js';
import { RegoObject } from '../values/object.js';
import { RegoSet } from '../values/set.js';
import type { Value } from '../values/value.js';
import { lookup } from './access.js';
import type { ExprCode, Frame, Getter, Step } from './code.js';
import type { Runtime } from './runtime.js';

/** The condition for an enumerated key: it binds a slot or matches a pattern. */
export type KeyMatch = (key: Value, frame: Frame) => boolean;

/** Returns the getter of `source[key]` for a known key. */
export function constantAccess(source: Getter, key: Value): Getter {
  if (typeof key === 'number') {
    return (frame) => {
      const value = source(frame);
      return Array.isArray(value) ? (value as readonly Value[])[key] : lookup(value, key);
    };
  }
  return (frame) => {
    const value = source(frame);
    return value instanceof RegoObject ? value.get(key) : lookup(value, key);
  };
}

/** Returns the getter of `source[key]` for a key that is bound at run time. */
export function boundAccess(source: Getter, key: Getter, find = lookup): Getter {
  return (frame) => {
    const value = source(frame);
    if (value === undefined) {
      return undefined;
    }
    const at = key(frame);
    return at === undefined ? undefined : find(value, at);
  };
}

/** Continues with each member of `source` that has a matching key, in OPA's order. Stores the member's value in `target`. */
export function enumerate(rt: Runtime, source: Getter, match: KeyMatch, target: number): ExprCode {
  return {
    kind: 'generator',
    generate: (next) => (frame) => eachMember(rt, source(frame), match, target, frame, next),
  };
}

/** Stores the members' keys in `keySlot`: the common case `xs[i]`, without a call for each key. */
export function enumerateInto(rt: Runtime, source: Getter, keySlot: number, target: number): ExprCode {
  const generate =
    (next: Step): Step =>
    (frame) => {
      const value = source(frame);
      if (Array.isArray(value)) {
        const items = value as readonly Value[];
        for (let index = 0; index < items.length; index++) {
          rt.budget.step();
          frame[keySlot] = index;
          frame[target] = items[index];
          if (next(frame)) {
            return true;
          }
        }
        return false;
      }
      return eachMember(rt, value, (key) => bindKey(frame, keySlot, key), target, frame, next);
    };
  return { kind: 'generator', generate };
}

/** Continues with each key whose member equals `wanted` (`v in xs` with a known `v`). A set needs a single lookup. */
export function enumerateEqual(rt: Runtime, source: Getter, keySlot: number, wanted: Getter): ExprCode {
  const generate =
    (next: Step): Step =>
    (frame) => {
      const value = source(frame);
      const sought = wanted(frame);
      if (sought === undefined) {
        return false;
      }
      if (value instanceof RegoSet) {
        return value.has(sought) && bindKey(frame, keySlot, sought) && next(frame);
      }
      if (Array.isArray(value)) {
        const items = value as readonly Value[];
        for (let index = 0; index < items.length; index++) {
          rt.budget.step();
          if (equalValues(items[index] as Value, sought) && bindKey(frame, keySlot, index) && next(frame)) {
            return true;
          }
        }
        return false;
      }
      if (value instanceof RegoObject) {
        for (const [key, member] of value.entries()) {
          rt.budget.step();
          if (equalValues(member, sought) && bindKey(frame, keySlot, key) && next(frame)) {
            return true;
          }
        }
      }
      return false;
    };
  return { kind: 'generator', generate };
}

function bindKey(frame: Frame, slot: number, key: Value): true {
  frame[slot] = key;
  return true;
}

function eachMember(
  rt: Runtime,
  value: Value | undefined,
  match: KeyMatch,
  target: number,
  frame: Frame,
  next: Step,
): boolean {
  if (Array.isArray(value)) {
    const items = value as readonly Value[];
    for (let index = 0; index < items.length; index++) {
      rt.budget.step();
      if (match(index, frame)) {
        frame[target] = items[index];
        if (next(frame)) {
          return true;
        }
      }
    }
    return false;
  }
  if (value instanceof RegoObject) {
    rt.budget.step(value.size);
    for (const [key, member] of value.entries()) {
      if (match(key, frame)) {
        frame[target] = member;
        if (next(frame)) {
          return true;
        }
      }
    }
  } else if (value instanceof RegoSet) {
    rt.budget.step(value.size);
    for (const item of value.sorted()) {
      if (match(item, frame)) {
        frame[target] = item;
        if (next(frame)) {
          return true;
        }
      }
    }
  }
  return false;
}
