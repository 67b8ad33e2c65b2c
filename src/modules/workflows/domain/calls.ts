import type { UndoAction, WorkflowDefinition, WorkflowStep } from '../contract/workflow-definition.types';

/** Returns the steps of a definition and their undo actions. */
export function callsOf({ steps }: WorkflowDefinition): readonly (WorkflowStep | UndoAction)[] {
  return steps.flatMap((step): (WorkflowStep | UndoAction)[] =>
    'undo' in step && step.undo !== undefined ? [step, step.undo] : [step],
  );
}
