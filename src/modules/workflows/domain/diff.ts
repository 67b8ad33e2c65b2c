import { isDeepStrictEqual } from 'node:util';
import type { WorkflowDefinition } from '../contract/workflow-definition.types';
import type { WorkflowDiff } from '../contract/workflows.types';

/** Returns the differences between two definitions: the ids of the steps and the names of the other members that differ. */
export function diffOf(from: WorkflowDefinition, to: WorkflowDefinition): Omit<WorkflowDiff, 'from' | 'to'> {
  const before = new Map(from.steps.map((step) => [step.id, step]));
  const after = new Map(to.steps.map((step) => [step.id, step]));
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])] as (keyof WorkflowDefinition)[];
  return {
    added: [...after.keys()].filter((id) => !before.has(id)),
    removed: [...before.keys()].filter((id) => !after.has(id)),
    changed: [...after]
      .filter(([id, step]) => before.has(id) && !isDeepStrictEqual(before.get(id), step))
      .map(([id]) => id),
    members: names.filter((name) => name !== 'steps' && !isDeepStrictEqual(from[name], to[name])).sort(),
  };
}
