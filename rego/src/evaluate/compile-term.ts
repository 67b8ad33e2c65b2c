import { RegoError } from '../errors.js';
import type { ObjectTerm, TemplateTerm, Term } from '../syntax/ast.js';
import { ARRAY_ITEM_BYTES, OBJECT_ENTRY_BYTES, SET_ITEM_BYTES, stringBytes } from '../values/byte-size.js';
import { ObjectBuilder } from '../values/object.js';
import { RegoSet } from '../values/set.js';
import type { Value } from '../values/value.js';
import type { Frame, Getter } from './code.js';
import { callGetter } from './compile-call.js';
import { refGetter } from './compile-ref.js';
import { comprehensionGetter } from './comprehension.js';
import type { Context } from './context.js';
import { textGetter } from './print-call.js';

/** Returns the getter of a term whose variables are all bound where it runs. */
export function termGetter(context: Context, term: Term): Getter {
  const constant = context.constant(term);
  if (constant !== undefined) {
    return () => constant;
  }
  switch (term.kind) {
    case 'var':
      return varGetter(context, term.name);
    case 'ref':
      return refGetter(context, term);
    case 'call':
      return callGetter(context, term);
    case 'array': {
      const items = itemsGetter(context, term.items, ARRAY_ITEM_BYTES);
      return items;
    }
    case 'set': {
      const items = itemsGetter(context, term.items, SET_ITEM_BYTES);
      return (frame) => {
        const values = items(frame);
        return values === undefined ? undefined : RegoSet.of(values);
      };
    }
    case 'object':
      return objectGetter(context, term);
    case 'template':
      return templateGetter(context, term);
    case 'arrayComprehension':
    case 'setComprehension':
    case 'objectComprehension':
      return comprehensionGetter(context, term);
    case 'boolean':
    case 'null':
    case 'number':
    case 'string':
      throw new RegoError('eval_internal_error', `a ${term.kind} without a value`, term.loc);
  }
}

function varGetter(context: Context, name: string): Getter {
  const { rt, names } = context;
  if (name === 'input') {
    return () => rt.scope.input;
  }
  if (name === 'data') {
    const { root } = context.world;
    return () => (rt.scope.covers([]) ? rt.scope.data : root.extent(rt.scope.data));
  }
  const slot = names.slot(name);
  return (frame) => frame[slot];
}

function itemsGetter(
  context: Context,
  terms: readonly Term[],
  itemBytes: number,
): (frame: Frame) => readonly Value[] | undefined {
  const getters = terms.map((item) => context.getter(item));
  const { rt } = context;
  const bytes = itemBytes * terms.length;
  return (frame) => {
    rt.budget.allocate(bytes);
    const values: Value[] = [];
    for (const get of getters) {
      const value = get(frame);
      if (value === undefined) {
        return undefined;
      }
      values.push(value);
    }
    return values;
  };
}

/** If one key has two values, the last value wins, as in OPA (`ast.NewObject`). */
function objectGetter(context: Context, term: ObjectTerm): Getter {
  const members = term.entries.map(([key, value]) => [context.getter(key), context.getter(value)] as const);
  const { rt } = context;
  const bytes = OBJECT_ENTRY_BYTES * members.length;
  return (frame) => {
    rt.budget.allocate(bytes);
    const builder = new ObjectBuilder();
    for (const [getKey, getValue] of members) {
      const key = getKey(frame);
      const value = key === undefined ? undefined : getValue(frame);
      if (key === undefined || value === undefined) {
        return undefined;
      }
      builder.set(key, value);
    }
    return builder.build();
  };
}

function templateGetter(context: Context, term: TemplateTerm): Getter {
  const parts = term.parts.map((part) => (typeof part === 'string' ? () => part : textGetter(context, part)));
  const { rt } = context;
  return (frame) => {
    let text = '';
    for (const part of parts) {
      const piece = part(frame);
      rt.budget.allocate(stringBytes(piece.length));
      text += piece;
    }
    return text;
  };
}
