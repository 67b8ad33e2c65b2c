import {
  GraphQLError,
  OverlappingFieldsCanBeMergedRule,
  specifiedRules,
  validate,
  type ASTVisitor,
  type DocumentNode,
  type GraphQLSchema,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import type { Budget } from '../../evaluate/budget.js';
import type { QueryDocument } from './ast.js';
import { GraphqlFault } from './graphql-fault.js';
import { positionOf } from './node-parts.js';
import { queryNode } from './query-node.js';

const MAX_FRAGMENTS = 500;
const STEPS_PER_NODE = 16;

/**
 * All rules except the rule that compares fields with each other. The time of that rule is bounded only if all names are known to exist.
 */
const LINEAR_RULES: readonly ValidationRule[] = specifiedRules.filter(
  (rule) => rule !== OverlappingFieldsCanBeMergedRule,
);

/** Validates a query against a schema. Throws `GraphqlFault` for the first violation. */
export function validateQuery(schema: GraphQLSchema, query: QueryDocument, budget: Budget): void {
  if (query.Fragments.length > MAX_FRAGMENTS) {
    throw new GraphqlFault(`a query can have at most ${MAX_FRAGMENTS} fragments`, query.Fragments[0]?.Position);
  }
  const node = queryNode(query, budget);
  runRules(schema, node, [chargeNodes(budget), KnownRootTypeRule, ...LINEAR_RULES]);
  runRules(schema, node, [chargeNodes(budget), OverlappingFieldsCanBeMergedRule]);
}

function runRules(schema: GraphQLSchema, node: DocumentNode, rules: readonly ValidationRule[]): void {
  // One error is enough, because each error triggers a search for similar names.
  const [error] = validate(schema, node, rules, { maxErrors: 1 });
  if (error !== undefined) {
    throw faultOf(error);
  }
}

function faultOf(error: GraphQLError): GraphqlFault {
  const nodes = error.nodes ?? [];
  // If two nodes share a name, the second node is reported.
  const node = error.message.startsWith('There can be only one') ? nodes.at(-1) : nodes[0];
  return new GraphqlFault(error.message.replace(/\.$/, ''), node === undefined ? undefined : positionOf(node));
}

function chargeNodes(budget: Budget): ValidationRule {
  return () => ({ enter: () => budget.step(STEPS_PER_NODE) });
}

/** gqlparser checks this during validation; package graphql leaves it to execution. */
function KnownRootTypeRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(node): void {
      if (!context.getSchema().getRootType(node.operation)) {
        context.reportError(
          new GraphQLError(`Schema does not support operation type "${node.operation}"`, { nodes: node }),
        );
      }
    },
  };
}
