import type { Body } from '../syntax/ast';
import type { CompileClock } from './compile-clock';
import type { ErrorList } from './error-list';
import { BodyFinisher } from './finish-body';
import { CallFlattener } from './flatten-calls';
import type { FunctionTable } from './functions';
import type { NameSource } from './names';

export interface PipelineContext {
  readonly functions: FunctionTable;
  readonly errors: ErrorList;
  readonly clock: CompileClock;
}

/** A body whose declarations are resolved and whose calls are known, in the form that `Program` promises. */
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
