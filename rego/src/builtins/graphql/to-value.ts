import type { Budget } from '../../evaluate/budget.js';
import { RegoObject } from '../../values/object.js';
import type { Value } from '../../values/value.js';

const BYTES_PER_MEMBER = 96;

/** Converts a syntax tree to an object without positions, nulls or empty members. */
export function treeToValue(tree: object, budget: Budget): RegoObject {
  const members = new Map<string, Value>();
  for (const [name, member] of Object.entries(tree) as [string, unknown][]) {
    budget.step();
    const value = name === 'Position' ? undefined : memberToValue(member, budget);
    if (value !== undefined) {
      budget.allocate(BYTES_PER_MEMBER);
      members.set(name, value);
    }
  }
  return RegoObject.fromStrings(members);
}

function memberToValue(member: unknown, budget: Budget): Value | undefined {
  if (Array.isArray(member)) {
    const items = member.map((item) => memberToValue(item, budget)).filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }
  if (typeof member === 'object' && member !== null) {
    const object = treeToValue(member, budget);
    return object.size === 0 ? undefined : object;
  }
  return typeof member === 'string' || typeof member === 'number' || typeof member === 'boolean' ? member : undefined;
}
