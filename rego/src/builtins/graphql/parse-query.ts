import type { Budget } from '../../evaluate/budget.js';
import type {
  Field,
  FragmentDefinition,
  OperationDefinition,
  QueryDocument,
  Selection,
  VariableDefinition,
} from './ast.js';
import {
  parseArguments,
  parseDirectives,
  parseOperationType,
  parseTypeReference,
  parseValue,
  parseVariableName,
} from './parse-common.js';
import { TokenCursor } from './token-cursor.js';

/** Parses operations and fragments. Throws `GraphqlFault`. */
export function parseQuery(source: string, budget: Budget): QueryDocument {
  const cursor = new TokenCursor(source, budget);
  const Operations: OperationDefinition[] = [];
  const Fragments: FragmentDefinition[] = [];
  while (!cursor.isAt('<EOF>')) {
    if (cursor.isAtKeyword('fragment')) {
      Fragments.push(parseFragmentDefinition(cursor));
    } else if (cursor.isAt('{') || ['query', 'mutation', 'subscription'].some((word) => cursor.isAtKeyword(word))) {
      Operations.push(parseOperation(cursor));
    } else {
      throw cursor.unexpected();
    }
  }
  return { Operations, Fragments };
}

function parseOperation(cursor: TokenCursor): OperationDefinition {
  const { position: Position } = cursor;
  if (cursor.isAt('{')) {
    return {
      Position,
      Operation: 'query',
      Name: '',
      VariableDefinitions: [],
      Directives: [],
      SelectionSet: parseRequiredSelectionSet(cursor),
    };
  }
  return {
    Position,
    Operation: parseOperationType(cursor),
    Name: cursor.isAt('Name') ? cursor.name() : '',
    VariableDefinitions: parseVariableDefinitions(cursor),
    Directives: parseDirectives(cursor, false),
    SelectionSet: parseRequiredSelectionSet(cursor),
  };
}

function parseVariableDefinitions(cursor: TokenCursor): VariableDefinition[] {
  return cursor.many('(', ')', () => {
    const { position: Position } = cursor;
    const Variable = parseVariableName(cursor);
    cursor.expect(':');
    return {
      Position,
      Variable,
      Type: parseTypeReference(cursor),
      DefaultValue: cursor.skip('=') ? parseValue(cursor, true) : null,
      Directives: parseDirectives(cursor, false),
      Used: false,
    };
  });
}

function parseRequiredSelectionSet(cursor: TokenCursor): Selection[] {
  if (!cursor.isAt('{')) {
    cursor.expect('{');
  }
  return parseSelectionSet(cursor);
}

function parseSelectionSet(cursor: TokenCursor): Selection[] {
  return cursor.some('{', '}', () => (cursor.isAt('...') ? parseFragment(cursor) : parseField(cursor)));
}

function parseField(cursor: TokenCursor): Field {
  const { position: Position } = cursor;
  const Alias = cursor.name();
  return {
    Position,
    Alias,
    Name: cursor.skip(':') ? cursor.name() : Alias,
    Arguments: parseArguments(cursor, false),
    Directives: parseDirectives(cursor, false),
    SelectionSet: parseSelectionSet(cursor),
  };
}

function parseFragment(cursor: TokenCursor): Selection {
  cursor.expect('...');
  const { position: Position } = cursor;
  if (cursor.isAt('Name') && !cursor.isAtKeyword('on')) {
    return { Position, Name: cursor.name(), Directives: parseDirectives(cursor, false) };
  }
  return {
    Position,
    TypeCondition: parseTypeCondition(cursor),
    Directives: parseDirectives(cursor, false),
    SelectionSet: parseRequiredSelectionSet(cursor),
  };
}

function parseTypeCondition(cursor: TokenCursor): string {
  if (!cursor.isAtKeyword('on')) {
    return '';
  }
  cursor.next();
  return cursor.name();
}

function parseFragmentDefinition(cursor: TokenCursor): FragmentDefinition {
  const { position: Position } = cursor;
  cursor.expectKeyword('fragment');
  if (cursor.isAtKeyword('on')) {
    throw cursor.unexpected();
  }
  const Name = cursor.name();
  const variables = parseVariableDefinitions(cursor);
  cursor.expectKeyword('on');
  return {
    Position,
    Name,
    VariableDefinition: variables,
    TypeCondition: cursor.name(),
    Directives: parseDirectives(cursor, false),
    SelectionSet: parseRequiredSelectionSet(cursor),
  };
}
