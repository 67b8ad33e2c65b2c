import {
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
} from 'graphql';
import type { Budget } from '../../evaluate/budget.js';
import type {
  Field,
  FragmentDefinition,
  InlineFragment,
  OperationDefinition,
  QueryDocument,
  Selection,
  VariableDefinition,
} from './ast.js';
import {
  argumentNodes,
  at,
  constantNode,
  directiveNodes,
  nameNode,
  namedTypeNode,
  operationNode,
  typeNode,
} from './node-parts.js';

/*
 * Builds the query for package graphql. Its rules compare selections in time quadratic in the number of selections, and cannot be
 * interrupted. Each comparison reads a `selectionSet`, so these nodes charge the budget for each read.
 */

/** Returns the node with a `selectionSet` that charges for each read. */
function withSelections<T extends object, S extends SelectionSetNode | undefined>(
  node: T,
  selectionSet: S,
  budget: Budget,
): T & { readonly selectionSet: S } {
  const charged = {
    get selectionSet(): S {
      budget.step();
      return selectionSet;
    },
  };
  return Object.defineProperties(node, Object.getOwnPropertyDescriptors(charged)) as T & { readonly selectionSet: S };
}

/** Leaves also have a `selectionSet` (undefined), because they are compared too. */
function fieldNode(field: Field, budget: Budget): FieldNode {
  const node = {
    kind: Kind.FIELD,
    ...(field.Alias === field.Name ? {} : { alias: nameNode(field.Alias) }),
    name: nameNode(field.Name),
    arguments: argumentNodes(field.Arguments),
    directives: directiveNodes(field.Directives),
  } as const;
  const selections = field.SelectionSet.length === 0 ? undefined : selectionSetNode(field.SelectionSet, budget);
  return withSelections(node, selections, budget) as FieldNode;
}

function inlineFragmentNode(
  { TypeCondition, Directives, SelectionSet }: InlineFragment,
  budget: Budget,
): InlineFragmentNode {
  const node = {
    kind: Kind.INLINE_FRAGMENT,
    ...(TypeCondition === '' ? {} : { typeCondition: namedTypeNode(TypeCondition) }),
    directives: directiveNodes(Directives),
  } as const;
  return withSelections(node, selectionSetNode(SelectionSet, budget), budget);
}

function fragmentNode(fragment: FragmentDefinition, budget: Budget): FragmentDefinitionNode {
  const node = {
    kind: Kind.FRAGMENT_DEFINITION,
    name: at(nameNode(fragment.Name), fragment.Position),
    typeCondition: at(namedTypeNode(fragment.TypeCondition), fragment.Position),
    directives: directiveNodes(fragment.Directives),
  } as const;
  return at(withSelections(node, selectionSetNode(fragment.SelectionSet, budget), budget), fragment.Position);
}

export function queryNode({ Operations, Fragments }: QueryDocument, budget: Budget): DocumentNode {
  return {
    kind: Kind.DOCUMENT,
    definitions: [
      ...Operations.map((operation) => operationDefinitionNode(operation, budget)),
      ...Fragments.map((fragment) => fragmentNode(fragment, budget)),
    ],
  };
}

function operationDefinitionNode(operation: OperationDefinition, budget: Budget): OperationDefinitionNode {
  const node: OperationDefinitionNode = {
    kind: Kind.OPERATION_DEFINITION,
    operation: operationNode(operation.Operation),
    ...(operation.Name === '' ? {} : { name: at(nameNode(operation.Name), operation.Position) }),
    variableDefinitions: operation.VariableDefinitions.map(variableDefinitionNode),
    directives: directiveNodes(operation.Directives),
    selectionSet: selectionSetNode(operation.SelectionSet, budget),
  };
  return at(node, operation.Position);
}

function variableDefinitionNode(definition: VariableDefinition): VariableDefinitionNode {
  const name = at(nameNode(definition.Variable), definition.Position);
  const node: VariableDefinitionNode = {
    kind: Kind.VARIABLE_DEFINITION,
    variable: at({ kind: Kind.VARIABLE, name }, definition.Position),
    type: typeNode(definition.Type),
    ...(definition.DefaultValue === null ? {} : { defaultValue: constantNode(definition.DefaultValue) }),
    directives: directiveNodes(definition.Directives) as NonNullable<VariableDefinitionNode['directives']>,
  };
  return at(node, definition.Position);
}

function selectionSetNode(selections: readonly Selection[], budget: Budget): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections: selections.map((selection) => selectionNode(selection, budget)) };
}

function selectionNode(selection: Selection, budget: Budget): SelectionNode {
  budget.step();
  return at(plainSelectionNode(selection, budget), selection.Position);
}

function plainSelectionNode(selection: Selection, budget: Budget): SelectionNode {
  if ('Alias' in selection) {
    return fieldNode(selection, budget);
  }
  if ('TypeCondition' in selection) {
    return inlineFragmentNode(selection, budget);
  }
  const directives = directiveNodes(selection.Directives);
  return { kind: Kind.FRAGMENT_SPREAD, name: at(nameNode(selection.Name), selection.Position), directives };
}
