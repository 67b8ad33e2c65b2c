import type { DependencyGraph, Vertex } from './dependencies.js';
import type { DraftRule } from './draft-rule.js';
import type { ErrorList } from './error-list.js';
import { formatPath } from './format-reference.js';
import { strongComponents } from './strong-components.js';

/** The maximum number of reported rules. The search for the path back takes time proportional to the size of a component. */
const MAX_REPORTED = 11;
const MAX_PRINTED_RULES = 50;

/** Finds rules that reach themselves (OPA stage "CheckRecursion"). Returns the components of the graph, dependencies first. */
export function checkRecursion(graph: DependencyGraph, errors: ErrorList): readonly (readonly Vertex[])[] {
  const components = strongComponents(graph.vertices(), ({ edges }) => edges);
  let reported = 0;
  for (const component of components) {
    const members = new Set(component);
    const recursive = component.length > 1 || component.some((vertex) => vertex.edges.has(vertex));
    for (const vertex of recursive ? component : []) {
      for (const rule of vertex.rules) {
        const path = reported < MAX_REPORTED ? wayBack(rule, vertex, graph, members) : undefined;
        if (path !== undefined) {
          reported++;
          const name = formatPath(rule.path);
          errors.add('rego_recursion_error', `rule ${name} is recursive: ${printWay([name, ...path])}`, rule.loc);
        }
      }
    }
  }
  return components;
}

function printWay(names: readonly string[]): string {
  if (names.length <= MAX_PRINTED_RULES) {
    return names.join(' -> ');
  }
  return [...names.slice(0, MAX_PRINTED_RULES - 2), '…', ...names.slice(-1)].join(' -> ');
}

/** Returns the names of the rules on a shortest path from the rule back to itself. */
function wayBack(
  rule: DraftRule,
  home: Vertex,
  graph: DependencyGraph,
  members: ReadonlySet<Vertex>,
): readonly string[] | undefined {
  const cameFrom = new Map<Vertex, Vertex | undefined>();
  const queue: Vertex[] = [];
  const reach = (vertex: Vertex, from: Vertex | undefined): void => {
    if (members.has(vertex) && !cameFrom.has(vertex)) {
      cameFrom.set(vertex, from);
      queue.push(vertex);
    }
  };
  graph.edgesOf(rule).forEach((vertex) => reach(vertex, undefined));
  for (const vertex of queue) {
    if (vertex === home) {
      break;
    }
    vertex.edges.forEach((next) => reach(next, vertex));
  }
  if (!cameFrom.has(home)) {
    return undefined;
  }
  const names: string[] = [];
  for (let at: Vertex | undefined = home; at !== undefined; at = cameFrom.get(at)) {
    const [first] = at.rules;
    if (first !== undefined) {
      names.push(formatPath(first.path));
    }
  }
  return names.reverse();
}
