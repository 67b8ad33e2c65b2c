import {
  Kind,
  OperationTypeNode,
  type ConstDirectiveNode,
  type ConstValueNode,
  type DirectiveNode,
  type ListTypeNode,
  type NamedTypeNode,
  type NameNode,
  type ObjectFieldNode,
  type TypeNode,
  type ValueNode,
} from 'graphql';
import {
  ValueKind,
  type Argument,
  type Directive,
  type GraphqlValue,
  type OperationType,
  type TypeReference,
} from './ast.js';
import { GraphqlFault, type GraphqlPosition } from './graphql-fault.js';

/* Parts of package graphql's syntax trees that queries and schemas share. */

const POSITION = Symbol('position');

interface Positioned {
  [POSITION]?: GraphqlPosition | undefined;
}

/**
 * Records the position of a node for validation messages. Package graphql's own locations are offsets in the source, and trees built from
 * objects have none. The position is a member because a `WeakMap` with that many nodes slows the garbage collector too much.
 */
export function at<T extends object>(node: T, position: GraphqlPosition | undefined): T {
  (node as Positioned)[POSITION] = position;
  return node;
}

export function positionOf(node: object): GraphqlPosition | undefined {
  return (node as Positioned)[POSITION];
}

export function nameNode(value: string): NameNode {
  return { kind: Kind.NAME, value };
}

export function namedTypeNode(name: string): NamedTypeNode {
  return { kind: Kind.NAMED_TYPE, name: nameNode(name) };
}

export function typeNode({ NamedType, Elem, NonNull, Position }: TypeReference): TypeNode {
  const inner: NamedTypeNode | ListTypeNode =
    Elem !== null && NamedType === ''
      ? at({ kind: Kind.LIST_TYPE, type: typeNode(Elem) }, Position)
      : at(namedTypeNode(NamedType), Position);
  return NonNull ? at({ kind: Kind.NON_NULL_TYPE, type: inner }, Position) : inner;
}

function valueNode(value: GraphqlValue): ValueNode {
  return at(plainValueNode(value), value.Position);
}

/** The parser rejects variables in constants, but a tree built from an object might contain one. */
export function constantNode(value: GraphqlValue): ConstValueNode {
  if (hasVariable(value)) {
    throw new GraphqlFault('Unexpected $', value.Position);
  }
  return valueNode(value) as ConstValueNode;
}

function hasVariable({ Kind: kind, Children }: GraphqlValue): boolean {
  return kind === ValueKind.Variable || Children.some(({ Value }) => hasVariable(Value));
}

function plainValueNode({ Kind: kind, Raw, Children }: GraphqlValue): ValueNode {
  switch (kind) {
    case ValueKind.Variable:
      return { kind: Kind.VARIABLE, name: nameNode(Raw) };
    case ValueKind.Int:
      return { kind: Kind.INT, value: Raw };
    case ValueKind.Float:
      return { kind: Kind.FLOAT, value: Raw };
    case ValueKind.String:
    case ValueKind.Block:
      return { kind: Kind.STRING, value: Raw, block: kind === ValueKind.Block };
    case ValueKind.Boolean:
      return { kind: Kind.BOOLEAN, value: Raw === 'true' };
    case ValueKind.Null:
      return { kind: Kind.NULL };
    case ValueKind.Enum:
      return { kind: Kind.ENUM, value: Raw };
    case ValueKind.List:
      return { kind: Kind.LIST, values: Children.map(({ Value }) => valueNode(Value)) };
    case ValueKind.Object:
      return { kind: Kind.OBJECT, fields: Children.map(objectFieldNode) };
  }
}

function objectFieldNode({ Name, Value, Position }: Argument): ObjectFieldNode {
  return at({ kind: Kind.OBJECT_FIELD, name: nameNode(Name), value: valueNode(Value) }, Position);
}

export function argumentNodes(args: readonly Argument[]): NonNullable<DirectiveNode['arguments']> {
  return args.map(({ Name, Value, Position }) =>
    at({ kind: Kind.ARGUMENT, name: nameNode(Name), value: valueNode(Value) }, Position),
  );
}

export function directiveNodes(directives: readonly Directive[]): DirectiveNode[] {
  return directives.map(({ Name, Arguments, Position }) =>
    at({ kind: Kind.DIRECTIVE, name: nameNode(Name), arguments: argumentNodes(Arguments) }, Position),
  );
}

export function constantDirectiveNodes(directives: readonly Directive[]): ConstDirectiveNode[] {
  return directives.map(({ Name, Arguments, Position }) =>
    at(
      {
        kind: Kind.DIRECTIVE,
        name: nameNode(Name),
        arguments: Arguments.map((argument) => ({
          kind: Kind.ARGUMENT,
          name: nameNode(argument.Name),
          value: constantNode(argument.Value),
        })),
      },
      Position,
    ),
  );
}

const OPERATIONS: Readonly<Record<OperationType, OperationTypeNode>> = {
  query: OperationTypeNode.QUERY,
  mutation: OperationTypeNode.MUTATION,
  subscription: OperationTypeNode.SUBSCRIPTION,
};

export function operationNode(operation: OperationType): OperationTypeNode {
  return OPERATIONS[operation];
}
