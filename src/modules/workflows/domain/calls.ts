import type { UndoAction, WorkflowDefinition, WorkflowStep } from '../contract/workflow-definition.types';

/** The steps of a definition, and what undoes them. */
export function callsOf({ steps }: WorkflowDefinition): readonly (WorkflowStep | UndoAction)[] {
  return steps.flatMap((step): (WorkflowStep | UndoAction)[] =>
    'undo' in step && step.undo !== undefined ? [step, step.undo] : [step],
  );
}
