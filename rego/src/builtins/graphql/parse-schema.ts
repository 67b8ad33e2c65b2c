import type { Budget } from '../../evaluate/budget.js';
import type {
  ArgumentDefinition,
  Definition,
  DirectiveDefinition,
  EnumValueDefinition,
  FieldDefinition,
  OperationTypeDefinition,
  SchemaDefinition,
  SchemaDocument,
} from './ast.js';
import type { GraphqlPosition } from './graphql-fault.js';
import { parseDirectives, parseOperationType, parseTypeReference, parseValue } from './parse-common.js';
import { TokenCursor } from './token-cursor.js';

const DIRECTIVE_LOCATIONS: ReadonlySet<string> = new Set([
  'QUERY',
  'MUTATION',
  'SUBSCRIPTION',
  'FIELD',
  'FRAGMENT_DEFINITION',
  'FRAGMENT_SPREAD',
  'INLINE_FRAGMENT',
  'VARIABLE_DEFINITION',
  'SCHEMA',
  'SCALAR',
  'OBJECT',
  'FIELD_DEFINITION',
  'ARGUMENT_DEFINITION',
  'INTERFACE',
  'UNION',
  'ENUM',
  'ENUM_VALUE',
  'INPUT_OBJECT',
  'INPUT_FIELD_DEFINITION',
]);

interface MutableDocument {
  readonly Schema: SchemaDefinition[];
  readonly SchemaExtension: SchemaDefinition[];
  readonly Directives: DirectiveDefinition[];
  readonly Definitions: Definition[];
  readonly Extensions: Definition[];
}

/** Parses type and directive definitions. Throws `GraphqlFault`. */
export function parseSchema(source: string, budget: Budget): SchemaDocument {
  const cursor = new TokenCursor(source, budget);
  const document: MutableDocument = {
    Schema: [],
    SchemaExtension: [],
    Directives: [],
    Definitions: [],
    Extensions: [],
  };
  while (!cursor.isAt('<EOF>')) {
    parseTopLevel(cursor, document);
  }
  return document;
}

function parseTopLevel(cursor: TokenCursor, document: MutableDocument): void {
  const description = parseDescription(cursor);
  if (!cursor.isAt('Name')) {
    throw cursor.unexpected();
  }
  switch (cursor.peek().value) {
    case 'schema':
      document.Schema.push(parseSchemaDefinition(cursor, description));
      return;
    case 'directive':
      document.Directives.push(parseDirectiveDefinition(cursor, description));
      return;
    case 'extend':
      if (description !== '') {
        throw cursor.unexpected(cursor.previous);
      }
      parseExtension(cursor, document);
      return;
    default:
      document.Definitions.push(parseDefinition(cursor, description));
  }
}

function parseDescription(cursor: TokenCursor): string {
  return cursor.isAt('BlockString') || cursor.isAt('String') ? cursor.next().value : '';
}

function parseSchemaDefinition(cursor: TokenCursor, Description: string): SchemaDefinition {
  cursor.expectKeyword('schema');
  const { position: Position } = cursor;
  return {
    Position,
    Description,
    Directives: parseDirectives(cursor, true),
    OperationTypes: cursor.some('{', '}', () => parseOperationTypeDefinition(cursor)),
  };
}

function parseOperationTypeDefinition(cursor: TokenCursor): OperationTypeDefinition {
  const { position: Position } = cursor;
  const Operation = parseOperationType(cursor);
  cursor.expect(':');
  return { Position, Operation, Type: cursor.name() };
}

function parseExtension(cursor: TokenCursor, document: MutableDocument): void {
  cursor.expectKeyword('extend');
  if (cursor.isAtKeyword('schema')) {
    const extension = parseSchemaDefinition(cursor, '');
    if (extension.Directives.length + extension.OperationTypes.length === 0) {
      throw cursor.unexpected();
    }
    document.SchemaExtension.push(extension);
    return;
  }
  const extension = parseDefinition(cursor, '');
  const parts = [extension.Directives, extension.Interfaces, extension.Fields, extension.Types, extension.EnumValues];
  if (parts.every((part) => part.length === 0)) {
    throw cursor.unexpected();
  }
  document.Extensions.push(extension);
}

function parseDefinition(cursor: TokenCursor, Description: string): Definition {
  const keyword = cursor.peek().value;
  switch (keyword) {
    case 'scalar':
      return define(cursor, Description, 'SCALAR', () => ({ Directives: parseDirectives(cursor, true) }));
    case 'type':
    case 'interface':
      return define(cursor, Description, keyword === 'type' ? 'OBJECT' : 'INTERFACE', () => ({
        Interfaces: parseInterfaces(cursor),
        Directives: parseDirectives(cursor, true),
        Fields: cursor.some('{', '}', () => parseFieldDefinition(cursor)),
      }));
    case 'union':
      return define(cursor, Description, 'UNION', () => ({
        Directives: parseDirectives(cursor, true),
        Types: cursor.skip('=') ? parseNames(cursor, '|') : [],
      }));
    case 'enum':
      return define(cursor, Description, 'ENUM', () => ({
        Directives: parseDirectives(cursor, true),
        EnumValues: cursor.some('{', '}', () => parseEnumValue(cursor)),
      }));
    case 'input':
      return define(cursor, Description, 'INPUT_OBJECT', () => ({
        Directives: parseDirectives(cursor, true),
        Fields: cursor.some('{', '}', () => ({ ...parseInputValue(cursor), Arguments: [] })),
      }));
    default:
      throw cursor.unexpected();
  }
}

function define(
  cursor: TokenCursor,
  Description: string,
  Kind: Definition['Kind'],
  read: () => Partial<Definition>,
): Definition {
  cursor.next();
  const { position: Position } = cursor;
  const Name = cursor.name();
  const empty = { Directives: [], Interfaces: [], Fields: [], Types: [], EnumValues: [] };
  return { Position, Kind, Description, Name, BuiltIn: false, ...empty, ...read() };
}

function parseInterfaces(cursor: TokenCursor): string[] {
  if (!cursor.isAtKeyword('implements')) {
    return [];
  }
  cursor.next();
  return parseNames(cursor, '&');
}

/** Parses names with a separator between them and an optional leading separator. */
function parseNames(cursor: TokenCursor, separator: '&' | '|'): string[] {
  cursor.skip(separator);
  const names = [cursor.name()];
  while (cursor.skip(separator)) {
    names.push(cursor.name());
  }
  return names;
}

interface Described {
  readonly Position: GraphqlPosition;
  readonly Description: string;
  readonly Name: string;
}

function parseDescribed(cursor: TokenCursor): Described {
  const { position: Position } = cursor;
  return { Position, Description: parseDescription(cursor), Name: cursor.name() };
}

function parseFieldDefinition(cursor: TokenCursor): FieldDefinition {
  const described = parseDescribed(cursor);
  const Arguments = parseArgumentDefinitions(cursor);
  cursor.expect(':');
  return {
    ...described,
    Arguments,
    DefaultValue: null,
    Type: parseTypeReference(cursor),
    Directives: parseDirectives(cursor, true),
  };
}

function parseArgumentDefinitions(cursor: TokenCursor): ArgumentDefinition[] {
  return cursor.some('(', ')', () => parseInputValue(cursor));
}

function parseInputValue(cursor: TokenCursor): ArgumentDefinition {
  const described = parseDescribed(cursor);
  cursor.expect(':');
  return {
    ...described,
    Type: parseTypeReference(cursor),
    DefaultValue: cursor.skip('=') ? parseValue(cursor, true) : null,
    Directives: parseDirectives(cursor, true),
  };
}

function parseEnumValue(cursor: TokenCursor): EnumValueDefinition {
  return { ...parseDescribed(cursor), Directives: parseDirectives(cursor, true) };
}

function parseDirectiveDefinition(cursor: TokenCursor, Description: string): DirectiveDefinition {
  cursor.expectKeyword('directive');
  cursor.expect('@');
  const { position: Position } = cursor;
  const Name = cursor.name();
  const Arguments = parseArgumentDefinitions(cursor);
  const IsRepeatable = cursor.isAtKeyword('repeatable');
  if (IsRepeatable) {
    cursor.next();
  }
  cursor.expectKeyword('on');
  return { Position, Description, Name, Arguments, Locations: parseLocations(cursor), IsRepeatable };
}

function parseLocations(cursor: TokenCursor): string[] {
  const locations: string[] = [];
  cursor.skip('|');
  do {
    const token = cursor.expect('Name');
    if (!DIRECTIVE_LOCATIONS.has(token.value)) {
      throw cursor.unexpected(token);
    }
    locations.push(token.value);
  } while (cursor.skip('|'));
  return locations;
}
