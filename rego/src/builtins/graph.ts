import type { Budget } from '../evaluate/budget.js';
import { stringBytes } from '../values/byte-size.js';
import { equalValues } from '../values/compare.js';
import type { RegoObject } from '../values/object.js';
import { SetBuilder, type RegoSet } from '../values/set.js';
import { isArray, typeNameOf } from '../values/type-name.js';
import type { Value } from '../values/value.js';
import type { Builtin } from './builtin.js';
import { chargeSet } from './costs.js';
import { ANY, OBJECT, SET, declare } from './declare.js';
import { isSet, operandError } from './operands.js';

/** Traversals of a graph that maps each vertex to an array or set of its neighbors (OPA `topdown/reachable.go`). */
export const GRAPH: readonly Builtin[] = [
  declare('graph.reachable', [OBJECT, ANY], SET, ([graph, initial], { budget }) =>
    reachable(graph as RegoObject, startVertices(initial), budget),
  ),
  declare('graph.reachable_paths', [OBJECT, ANY], SET, ([graph, initial], { budget }) =>
    reachablePaths(graph as RegoObject, startVertices(initial), budget),
  ),
];

function startVertices(initial: Value = null): readonly Value[] {
  if (!isArray(initial) && !isSet(initial)) {
    throw operandError(2, `must be {array, set} but got ${typeNameOf(initial)}`);
  }
  return isArray(initial) ? initial : initial.sorted();
}

/** Treats edges that are neither an array nor a set as empty. */
function neighborsOf(edges: Value): readonly Value[] {
  return isArray(edges) ? edges : isSet(edges) ? edges.sorted() : [];
}

/** Ignores vertices that are not in the graph. */
function reachable(graph: RegoObject, initial: readonly Value[], budget: Budget): RegoSet {
  const reached = new SetBuilder();
  const open = [...initial];
  for (let vertex = open.pop(); vertex !== undefined; vertex = open.pop()) {
    budget.step();
    const edges = graph.get(vertex);
    if (edges === undefined || !reached.add(vertex)) {
      continue;
    }
    chargeSet(budget, 1);
    for (const neighbor of neighborsOf(edges)) {
      budget.step();
      if (!reached.has(neighbor)) {
        open.push(neighbor);
      }
    }
  }
  return reached.build();
}

interface Visit {
  readonly neighbors: readonly Value[];
  next: number;
}

/** Returns all paths that start at an initial vertex and end where no new vertex can be reached. The number of paths can be exponential. */
function reachablePaths(graph: RegoObject, initial: readonly Value[], budget: Budget): RegoSet {
  const paths = new SetBuilder();
  for (const start of initial) {
    const edges = graph.get(start);
    if (edges !== undefined) {
      walkPaths(graph, start, neighborsOf(edges), paths, budget);
    }
  }
  return paths.build();
}

/** Searches depth first with an explicit stack: a path can be longer than JavaScript's call stack allows. */
function walkPaths(
  graph: RegoObject,
  start: Value,
  neighbors: readonly Value[],
  paths: SetBuilder,
  budget: Budget,
): void {
  const path: Value[] = [start];
  const stack: Visit[] = [{ neighbors, next: 0 }];
  const record = (): void => {
    budget.step(1 + path.length);
    budget.allocate(stringBytes(4 * path.length));
    paths.add([...path]);
  };
  if (neighbors.length === 0) {
    record();
  }
  for (let visit = stack.at(-1); visit !== undefined; visit = stack.at(-1)) {
    const neighbor = visit.neighbors[visit.next++];
    if (neighbor === undefined) {
      stack.pop();
      path.pop();
      continue;
    }
    budget.step(1 + path.length);
    // OPA does not check the start vertex's own neighbors, so a loop on the start vertex appears once in its path.
    const edges = graph.get(neighbor);
    if ((stack.length > 1 && path.some((vertex) => equalValues(vertex, neighbor))) || edges === undefined) {
      record();
      continue;
    }
    path.push(neighbor);
    stack.push({ neighbors: neighborsOf(edges), next: 0 });
    if (neighborsOf(edges).length === 0) {
      record();
    }
  }
}
