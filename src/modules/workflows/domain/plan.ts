import type { WorkflowStep } from '../contract/workflow-definition.types';

export const STEP_STATES = ['running', 'waiting', 'succeeded', 'failed', 'skipped'] as const;
export type StepState = (typeof STEP_STATES)[number];

/** The part of a run step's state that the plan needs. A step that has not begun has no entry. */
export interface StepProgress {
  readonly state: StepState;
  readonly output: unknown;
}

export type ProgressOfSteps = ReadonlyMap<string, StepProgress>;

const ENDED: ReadonlySet<StepState> = new Set(['succeeded', 'failed', 'skipped']);

export function hasEnded({ state }: StepProgress): boolean {
  return ENDED.has(state);
}

/** The next steps of a run. */
export interface Next {
  /** Steps that begin now. */
  readonly ready: readonly WorkflowStep[];
  /** Steps that will not run, because all their dependencies were skipped or a switch chose another branch. */
  readonly skipped: readonly WorkflowStep[];
}

/**
 * Returns the next steps. A step is ready when all its dependencies have ended, and at least one of them was not skipped. It is skipped
 * when a switch that it depends on lists it but has not chosen it.
 */
export function nextSteps(steps: readonly WorkflowStep[], standings: ProgressOfSteps): Next {
  const switches = new Map(steps.filter(({ type }) => type === 'switch').map((step) => [step.id, step]));
  const open = steps.filter(({ id, dependsOn }) => {
    if (standings.has(id)) return false;
    return dependsOn.every((name) => {
      const standing = standings.get(name);
      return standing !== undefined && hasEnded(standing);
    });
  });
  const isSkipped = ({ id, dependsOn }: WorkflowStep): boolean => {
    if (dependsOn.length === 0) return false;
    if (dependsOn.every((name) => standings.get(name)?.state === 'skipped')) return true;
    return dependsOn.some((name) => isNotChosen(id, switches.get(name), standings.get(name)));
  };
  return { ready: open.filter((step) => !isSkipped(step)), skipped: open.filter(isSkipped) };
}

/** Returns the step at which a run fails: a failed step that does not allow the run to continue. */
export function fatalStep(steps: readonly WorkflowStep[], standings: ProgressOfSteps): WorkflowStep | null {
  return steps.find(({ id, onError }) => standings.get(id)?.state === 'failed' && onError !== 'continue') ?? null;
}

/**
 * Returns the steps to undo: the steps that have succeeded and can be undone, in reverse order of completion.
 * @param endedInOrder the ids of ended steps, oldest first.
 */
export function undoOrder(steps: readonly WorkflowStep[], endedInOrder: readonly string[]): readonly WorkflowStep[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  return [...endedInOrder].reverse().flatMap((id) => {
    const step = byId.get(id);
    return step !== undefined && 'undo' in step && step.undo !== undefined ? [step] : [];
  });
}

/** Returns the steps that no other step depends on. Their outputs are the run's output unless the definition specifies a different one. */
export function lastSteps(steps: readonly WorkflowStep[]): readonly WorkflowStep[] {
  const waitedFor = new Set(steps.flatMap(({ dependsOn }) => dependsOn));
  return steps.filter(({ id }) => !waitedFor.has(id));
}

function isNotChosen(id: string, step: WorkflowStep | undefined, standing: StepProgress | undefined): boolean {
  if (step?.type !== 'switch') return false;
  const named = [...step.cases.flatMap(({ steps }) => steps), ...step.default].includes(id);
  if (!named) return false;
  const output = standing?.output as { readonly steps?: readonly string[] } | null | undefined;
  return output?.steps?.includes(id) !== true;
}
