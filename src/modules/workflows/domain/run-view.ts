import { statusOf } from '../../jobs/contract/job-status';
import type { Job } from '../../jobs/contract/job.types';
import type { WorkflowDefinition } from '../contract/workflow-definition.types';
import type { RunStep, WholeWorkflowRun, WorkflowRun } from '../contract/workflows.types';
import { mermaidOf, svgOf } from './draw';
import type { StepState } from './plan';

export function toRun(job: Job): WorkflowRun {
  return {
    id: job.id,
    workflow: job.kind,
    status: statusOf(job.state),
    input: job.input,
    output: job.result,
    error: job.error,
    createdAt: job.createdAt,
    startedAt: job.startedAt,
    completedAt: job.finishedAt,
  };
}

type Stored = Omit<RunStep, 'type' | 'status'> & { readonly state: StepState };

/**
 * Returns all steps of a run in the order of the definition, with their compensations. @param isUndo true for a run that only undoes steps.
 */
export function stepViews(definition: WorkflowDefinition, stored: readonly Stored[], isUndo: boolean): RunStep[] {
  const byId = new Map(stored.map((step) => [step.id, step]));
  const view = (id: string, type: string): RunStep => {
    const step = byId.get(id);
    if (step === undefined) return { ...NOT_BEGUN, id, type, status: 'pending' };
    const { state: status, ...rest } = step;
    return { ...rest, type, status };
  };
  const steps = isUndo ? [] : definition.steps.map(({ id, type }) => view(id, type));
  const undone = stored.filter(({ id }) => id.endsWith(':undo')).map(({ id }) => view(id, 'undo'));
  return [...steps, ...undone];
}

export function graphView(definition: WorkflowDefinition, steps: readonly RunStep[]): WholeWorkflowRun['graph'] {
  const states = new Map(steps.map(({ id, status }) => [id, status]));
  return { mermaid: mermaidOf(definition.steps, states), svg: svgOf(definition.steps, states) };
}

const NOT_BEGUN = { attempt: 0, output: null, error: null, dueAt: null, startedAt: null, endedAt: null } as const;
