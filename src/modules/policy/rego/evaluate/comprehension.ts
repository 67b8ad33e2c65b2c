import { RegoError } from '../errors';
import type { Comprehension } from '../syntax/ast';
import { ARRAY_ITEM_BYTES, OBJECT_ENTRY_BYTES, SET_ITEM_BYTES } from '../values/byte-size';
import { ObjectBuilder } from '../values/object';
import { SetBuilder } from '../values/set';
import type { Value } from '../values/value';
import { chain, type ExprCode, type Getter } from './code';
import type { Context } from './context';

/** In its piece, and in the whole array at the end. */
const COLLECTED_ITEM_BYTES = 2 * ARRAY_ITEM_BYTES;
const PIECE_LENGTH = 65_536;

/** The getter of a comprehension: it runs its body to the end each time it is asked. */
export function comprehensionGetter(context: Context, term: Comprehension): Getter {
  const inner = context.nested();
  const codes = inner.body(term.body);
  switch (term.kind) {
    case 'arrayComprehension':
      return arrayGetter(inner, codes, inner.getter(term.value));
    case 'setComprehension':
      return setGetter(inner, codes, inner.getter(term.value));
    case 'objectComprehension':
      return objectGetter(inner, codes, inner.getter(term.key), inner.getter(term.value), term);
  }
}

/** Items in pieces: a single array of millions would be copied as a whole each time it grows, and nothing can interrupt that. */
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
 * A `with` can lead back into a comprehension that is not finished (its mock asks for the rule that holds it), so each run below has a collector
 * of its own. A result is a constant or a pattern of bound variables, and so always there.
 */
function arrayGetter(context: Context, codes: readonly ExprCode[], value: Getter): Getter {
  const { rt } = context;
  let items = new ItemCollector();
  const run = chain(codes, (frame) => {
    rt.budget.allocate(COLLECTED_ITEM_BYTES);
    rt.budget.step();
    items.add(value(frame) as Value);
    return false;
  });
  return (frame) => {
    const outer = items;
    const own = (items = new ItemCollector());
    try {
      run(frame);
    } finally {
      items = outer;
    }
    return own.build();
  };
}

function setGetter(context: Context, codes: readonly ExprCode[], value: Getter): Getter {
  const { rt } = context;
  let items = new SetBuilder();
  const run = chain(codes, (frame) => {
    rt.budget.step();
    if (items.add(value(frame) as Value)) {
      rt.budget.allocate(SET_ITEM_BYTES);
    }
    return false;
  });
  return (frame) => {
    const outer = items;
    const own = (items = new SetBuilder());
    try {
      run(frame);
    } finally {
      items = outer;
    }
    return own.build();
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
  let members = new ObjectBuilder();
  const run = chain(codes, (frame) => {
    const name = key(frame) as Value;
    rt.budget.step();
    if (!members.has(name)) {
      rt.budget.allocate(OBJECT_ENTRY_BYTES);
    }
    if (!members.insert(name, value(frame) as Value)) {
      throw new RegoError('eval_conflict_error', 'object keys must be unique', term.loc);
    }
    return false;
  });
  return (frame) => {
    const outer = members;
    const own = (members = new ObjectBuilder());
    try {
      run(frame);
    } finally {
      members = outer;
    }
    return own.build();
  };
}
