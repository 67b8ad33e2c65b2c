import {
  ValueKind,
  type Argument,
  type ChildValue,
  type Directive,
  type GraphqlValue,
  type OperationType,
  type TypeReference,
} from './ast.js';
import type { GraphqlPosition } from './graphql-fault.js';
import type { Token } from './lexer.js';
import type { TokenCursor } from './token-cursor.js';

/* Parsers for the syntax that queries and schemas share. `constant` forbids variables. */

export function parseOperationType(cursor: TokenCursor): OperationType {
  const token = cursor.next();
  if (token.value === 'query' || token.value === 'mutation' || token.value === 'subscription') {
    return token.value;
  }
  throw cursor.unexpected(token);
}

export function parseVariableName(cursor: TokenCursor): string {
  cursor.expect('$');
  return cursor.name();
}

export function parseArguments(cursor: TokenCursor, constant: boolean): Argument[] {
  return cursor.many('(', ')', () => parseNamedValue(cursor, constant));
}

function parseNamedValue(cursor: TokenCursor, constant: boolean): Argument & ChildValue {
  const { position: Position } = cursor;
  const Name = cursor.name();
  cursor.expect(':');
  return { Position, Name, Value: parseValue(cursor, constant) };
}

export function parseDirectives(cursor: TokenCursor, constant: boolean): Directive[] {
  const directives: Directive[] = [];
  while (cursor.skip('@')) {
    const { position: Position } = cursor;
    const Name = cursor.name();
    directives.push({ Position, Name, Arguments: parseArguments(cursor, constant), Location: '' });
  }
  return directives;
}

export function parseTypeReference(cursor: TokenCursor): TypeReference {
  let Elem: TypeReference | null = null;
  let NamedType = '';
  let Position: GraphqlPosition;
  if (cursor.skip('[')) {
    ({ position: Position } = cursor);
    Elem = cursor.nested(() => parseTypeReference(cursor));
    cursor.expect(']');
  } else {
    ({ position: Position } = cursor);
    NamedType = cursor.name();
  }
  return { Position, NamedType, Elem, NonNull: cursor.skip('!') };
}

export function parseValue(cursor: TokenCursor, constant: boolean): GraphqlValue {
  const token = cursor.peek();
  const { kind, position } = token;
  if (kind === '[') {
    const items = cursor.many('[', ']', () => ({ Position: undefined, Name: '', Value: parseValue(cursor, constant) }));
    return valueOf(ValueKind.List, '', position, items);
  }
  if (kind === '{') {
    const members = cursor.many('{', '}', () => parseNamedValue(cursor, constant));
    return valueOf(ValueKind.Object, '', position, members);
  }
  if (kind === '$' && !constant) {
    return valueOf(ValueKind.Variable, parseVariableName(cursor), position);
  }
  const scalar = scalarKind(token);
  if (scalar === undefined) {
    throw cursor.unexpected();
  }
  cursor.next();
  return valueOf(scalar, token.value, position);
}

function valueOf(
  Kind: ValueKind,
  Raw: string,
  Position: GraphqlPosition,
  Children: readonly ChildValue[] = [],
): GraphqlValue {
  return { Position, Raw, Children, Kind, ExpectedTypeHasDefault: false };
}

const SCALAR_KINDS: ReadonlyMap<string, ValueKind> = new Map([
  ['Int', ValueKind.Int],
  ['Float', ValueKind.Float],
  ['String', ValueKind.String],
  ['BlockString', ValueKind.Block],
]);

function scalarKind({ kind, value }: Token): ValueKind | undefined {
  if (kind !== 'Name') {
    return SCALAR_KINDS.get(kind);
  }
  if (value === 'true' || value === 'false') {
    return ValueKind.Boolean;
  }
  return value === 'null' ? ValueKind.Null : ValueKind.Enum;
}
