import { RegoError } from '../errors.js';
import type { Comprehension, Term } from '../syntax/ast.js';
import { ARRAY_ITEM_BYTES, OBJECT_ENTRY_BYTES, SET_ITEM_BYTES } from '../values/byte-size.js';
import { ObjectBuilder } from '../values/object.js';
import { SetBuilder } from '../values/set.js';
import type { Value } from '../values/value.js';
import { chain, type ExprCode, type Frame, type Getter } from './code.js';
import type { Context } from './context.js';

/** An item is stored in its chunk and, at the end, in the complete array. */
const COLLECTED_ITEM_BYTES = 2 * ARRAY_ITEM_BYTES;
const PIECE_LENGTH = 65_536;

/** Returns the getter of a comprehension, which runs the body to the end on each call. */
export function comprehensionGetter(context: Context, term: Comprehension): Getter {
  const inner = context.nested();
  const codes = inner.body(term.body);
  switch (term.kind) {
    case 'arrayComprehension':
      return arrayGetter(inner, codes, output(inner, term.value, codes));
    case 'setComprehension':
      return setGetter(inner, codes, output(inner, term.value, codes));
    case 'objectComprehension': {
      const key = output(inner, term.key, codes);
      return objectGetter(inner, codes, key, output(inner, term.value, codes), term);
    }
  }
}

function output(inner: Context, term: Term, codes: ExprCode[]): Getter {
  return inner.getter(inner.hoist(term, codes));
}

/**
 * Collects items in chunks. A single array with millions of items would be copied each time it grows, and copying cannot be interrupted.
 */
class ItemCollector {
  private readonly full: Value[][] = [];
  private items: Value[] = [];

  add(item: Value): void {
    this.items.push(item);
    if (this.items.length === PIECE_LENGTH) {
      this.full.push(this.items);
      this.items = [];
    }
  }

  build(): Value[] {
    return this.full.length === 0 ? this.items : this.full.flat().concat(this.items);
  }
}

/**
 * The collectors below are stacks: a `with` can lead back into an unfinished comprehension (if a mock needs the rule that contains the
 * comprehension).
 */
function arrayGetter(context: Context, codes: readonly ExprCode[], value: Getter): Getter {
  const { rt } = context;
  const collectors: (ItemCollector | undefined)[] = [];
  let items: ItemCollector | undefined;
  const run = chain(codes, (frame) => {
    const item = value(frame);
    if (item !== undefined) {
      rt.budget.allocate(COLLECTED_ITEM_BYTES);
      rt.budget.step();
      items?.add(item);
    }
    return false;
  });
  return (frame) => {
    collectors.push(items);
    const collected = (items = new ItemCollector());
    try {
      run(frame);
    } finally {
      items = collectors.pop();
    }
    return collected.build();
  };
}

function setGetter(context: Context, codes: readonly ExprCode[], value: Getter): Getter {
  const { rt } = context;
  const collectors: (SetBuilder | undefined)[] = [];
  let items: SetBuilder | undefined;
  const run = chain(codes, (frame) => {
    const item = value(frame);
    if (item !== undefined) {
      rt.budget.step();
      if (items?.add(item) === true) {
        rt.budget.allocate(SET_ITEM_BYTES);
      }
    }
    return false;
  });
  return (frame) => {
    collectors.push(items);
    const collected = (items = new SetBuilder());
    try {
      run(frame);
    } finally {
      items = collectors.pop();
    }
    return collected.build();
  };
}

function objectGetter(
  context: Context,
  codes: readonly ExprCode[],
  key: Getter,
  value: Getter,
  term: Comprehension,
): Getter {
  const { rt } = context;
  const collectors: (ObjectBuilder | undefined)[] = [];
  let members: ObjectBuilder | undefined;
  const add = (frame: Frame): boolean => {
    const name = key(frame);
    const member = name === undefined ? undefined : value(frame);
    if (name !== undefined && member !== undefined) {
      rt.budget.step();
      if (members?.has(name) !== true) {
        rt.budget.allocate(OBJECT_ENTRY_BYTES);
      }
      if (members?.insert(name, member) === false) {
        throw new RegoError('eval_conflict_error', 'object keys must be unique', term.loc);
      }
    }
    return false;
  };
  const run = chain(codes, add);
  return (frame) => {
    collectors.push(members);
    const collected = (members = new ObjectBuilder());
    try {
      run(frame);
    } finally {
      members = collectors.pop();
    }
    return collected.build();
  };
}
