import type { Body } from '../syntax/ast.js';
import type { CompileClock } from './compile-clock.js';
import type { ErrorList } from './error-list.js';
import { BodyFinisher } from './finish-body.js';
import { CallFlattener } from './flatten-calls.js';
import type { FunctionTable } from './functions.js';
import type { NameSource } from './names.js';

export interface PipelineContext {
  readonly functions: FunctionTable;
  readonly errors: ErrorList;
  readonly clock: CompileClock;
}

/** Converts a body with resolved declarations and known calls to the form that `Program` guarantees. */
export function finishBody(
  body: Body,
  bound: ReadonlySet<string>,
  names: NameSource,
  context: PipelineContext,
  query = false,
): Body {
  const movable = new Set<string>();
  const flat = new CallFlattener(names, context.functions, movable).body(body);
  return new BodyFinisher({ ...context, names, movable, query }).finish(flat, bound);
}
