import type { WorkflowStep } from '../contract/workflow-definition.types';

/** The dependency graph of steps. */
export interface Graph {
  /** All direct and indirect dependencies of each step, by step id. */
  readonly before: ReadonlyMap<string, ReadonlySet<string>>;
  /** The step ids in topological order: each step comes after its dependencies. */
  readonly order: readonly string[];
  /** The steps of a cycle, in order; empty when there is no cycle. */
  readonly circle: readonly string[];
}

type Node = Pick<WorkflowStep, 'id' | 'dependsOn'>;

/** Returns the graph of steps with unique ids. Uses Kahn's algorithm. Dependencies on steps that do not exist are ignored. */
export function graphOf(steps: readonly Node[]): Graph {
  const nodes = new Map(steps.map((step) => [step.id, step]));
  const dependencies = new Map(
    steps.map(({ id, dependsOn }) => [id, [...new Set(dependsOn)].filter((name) => nodes.has(name))]),
  );
  const waits = new Map([...dependencies].map(([id, names]) => [id, names.length]));
  const after = new Map<string, string[]>();
  for (const [id, names] of dependencies) {
    for (const name of names) after.set(name, [...(after.get(name) ?? []), id]);
  }
  const order: string[] = steps.map(({ id }) => id).filter((id) => waits.get(id) === 0);
  for (let at = 0; at < order.length; at += 1) {
    for (const id of after.get(order[at] ?? '') ?? []) {
      const left = (waits.get(id) ?? 0) - 1;
      waits.set(id, left);
      if (left === 0) order.push(id);
    }
  }
  const before = new Map<string, Set<string>>();
  for (const id of order) {
    const all = new Set<string>();
    for (const name of dependencies.get(id) ?? []) {
      all.add(name);
      for (const earlier of before.get(name) ?? []) all.add(earlier);
    }
    before.set(id, all);
  }
  return { before, order, circle: order.length === nodes.size ? [] : circleIn(dependencies, new Set(order)) };
}

/** Follows the remaining dependencies backwards until a step occurs twice. */
function circleIn(dependencies: ReadonlyMap<string, readonly string[]>, done: ReadonlySet<string>): readonly string[] {
  const walked: string[] = [];
  let at = [...dependencies.keys()].find((id) => !done.has(id));
  while (at !== undefined && !walked.includes(at)) {
    walked.push(at);
    at = dependencies.get(at)?.find((id) => !done.has(id));
  }
  return at === undefined ? walked : walked.slice(walked.indexOf(at)).reverse();
}
