import type { WorkflowStep } from '../contract/workflow-definition.types';

export const STEP_STATES = ['running', 'waiting', 'succeeded', 'failed', 'skipped'] as const;
export type StepState = (typeof STEP_STATES)[number];

/** How a step of a run stands, as far as the plan asks; one that has not begun has none. */
export interface Standing {
  readonly state: StepState;
  readonly output: unknown;
}

export type Standings = ReadonlyMap<string, Standing>;

const ENDED: ReadonlySet<StepState> = new Set(['succeeded', 'failed', 'skipped']);

export function hasEnded({ state }: Standing): boolean {
  return ENDED.has(state);
}

/** What is next in a run. */
export interface Next {
  /** Steps that begin now. */
  readonly ready: readonly WorkflowStep[];
  /** Steps that will not be run: what they wait for was skipped altogether, or a switch went another way. */
  readonly skipped: readonly WorkflowStep[];
}

/**
 * What is next. A step is ready once all that it depends on has ended, and something of that was not skipped; it is skipped
 * where a switch that it depends on has not chosen it, though it is in one of its lists.
 */
export function nextSteps(steps: readonly WorkflowStep[], standings: Standings): Next {
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

/** The step at which a run fails: one that failed and may not be passed over. */
export function fatalStep(steps: readonly WorkflowStep[], standings: Standings): WorkflowStep | null {
  return steps.find(({ id, onError }) => standings.get(id)?.state === 'failed' && onError !== 'continue') ?? null;
}

/** What is to be undone: steps that have succeeded and can be, those that ended last first. @param endedInOrder ids, oldest first. */
export function undoOrder(steps: readonly WorkflowStep[], endedInOrder: readonly string[]): readonly WorkflowStep[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  return [...endedInOrder].reverse().flatMap((id) => {
    const step = byId.get(id);
    return step !== undefined && 'undo' in step && step.undo !== undefined ? [step] : [];
  });
}

/** Steps that nothing waits for: what they give is what a run gives, unless the definition says otherwise. */
export function lastSteps(steps: readonly WorkflowStep[]): readonly WorkflowStep[] {
  const waitedFor = new Set(steps.flatMap(({ dependsOn }) => dependsOn));
  return steps.filter(({ id }) => !waitedFor.has(id));
}

function isNotChosen(id: string, step: WorkflowStep | undefined, standing: Standing | undefined): boolean {
  if (step?.type !== 'switch') return false;
  const named = [...step.cases.flatMap(({ steps }) => steps), ...step.default].includes(id);
  if (!named) return false;
  const output = standing?.output as { readonly steps?: readonly string[] } | null | undefined;
  return output?.steps?.includes(id) !== true;
}
