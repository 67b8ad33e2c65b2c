import { type Expression, ExpressionFault, parseExpression } from './expression';
import { functionNamed } from './expression-functions';
import { hasTemplate, parseText } from './template';

/** A path that a part of a definition reads, and its location as a JSON pointer. */
export interface Reference {
  readonly path: readonly (string | number)[];
  readonly pointer: string;
  /** True when a default replaces a missing value. */
  readonly hasDefault: boolean;
}

export interface Fault {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

export interface Read {
  readonly references: readonly Reference[];
  readonly faults: readonly Fault[];
}

/** Returns the paths that the templates in a value read. */
export function readTemplates(value: unknown, pointer: string): Read {
  if (typeof value === 'string') {
    if (!hasTemplate(value)) return { references: [], faults: [] };
    return read(pointer, () => parseText(value).filter((part) => typeof part !== 'string'));
  }
  if (typeof value !== 'object' || value === null) return { references: [], faults: [] };
  return together(Object.entries(value).map(([name, member]) => readTemplates(member, `${pointer}/${escaped(name)}`)));
}

/** Returns the paths that an expression reads. */
export function readExpression(text: string, pointer: string): Read {
  return read(pointer, () => [parseExpression(text)]);
}

export function together(reads: readonly Read[]): Read {
  return { references: reads.flatMap(({ references }) => references), faults: reads.flatMap(({ faults }) => faults) };
}

/** Escapes a name for a JSON pointer (RFC 6901 §3). */
function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function read(pointer: string, parse: () => readonly Expression[]): Read {
  try {
    const references: Reference[] = [];
    for (const expression of parse()) collect(expression, pointer, false, references);
    return { references, faults: [] };
  } catch (error) {
    if (!(error instanceof ExpressionFault)) throw error;
    return { references: [], faults: [{ pointer, code: 'template', message: error.message }] };
  }
}

function collect(expression: Expression, pointer: string, hasDefault: boolean, into: Reference[]): void {
  switch (expression.kind) {
    case 'path':
      into.push({ path: expression.path, pointer, hasDefault });
      return;
    case 'call':
      functionNamed(expression.name, expression.args.length - 1);
      for (const arg of expression.args) collect(arg, pointer, hasDefault || expression.name === 'default', into);
      return;
    case 'not':
      collect(expression.of, pointer, true, into);
      return;
    case 'binary':
      collect(expression.left, pointer, hasDefault, into);
      collect(expression.right, pointer, hasDefault, into);
      return;
    case 'literal':
  }
}
