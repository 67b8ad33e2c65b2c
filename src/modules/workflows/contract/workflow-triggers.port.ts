import { z } from 'zod';
import type { CallContext } from '../../../kernel/context/call-context';
import { newTriggerOwner, type NewTriggerOwner, triggerOwner } from '../../auth/contract/trigger-owner';

/** The trigger of a workflow, and under whose authority it has it run. */
export const workflowTriggerState = z
  .object({
    type: z.enum(['manual', 'schedule', 'event', 'webhook']),
    status: z.enum(['active', 'paused', 'off']).meta({
      description:
        '`paused`: by the platform, for the reason in `pauseReason`. `off`: the workflow is not active, or run by hand.',
    }),
    pauseReason: z.string().nullable().meta({
      description:
        'Why the platform paused it: the authority that its runs have has ended. Resume it to run it under yours.',
    }),
    owner: triggerOwner.nullable().meta({ description: 'Whoever saved it, resumed it, or took it over last.' }),
    pendingOwner: newTriggerOwner
      .nullable()
      .meta({ description: 'The one who was asked to take it over by resuming it.' }),
  })
  .meta({ id: 'WorkflowTriggerState' });
export type WorkflowTriggerState = Readonly<z.infer<typeof workflowTriggerState>>;

/** Triggers of workflows as those see them who own them. The tenant is the context's. */
export abstract class WorkflowTriggersPort {
  /** Errors: `not_found`. */
  abstract get(context: CallContext, id: string): Promise<WorkflowTriggerState>;

  /**
   * Has the trigger run the workflow from now on, under the authority of the caller.
   * Errors: `not_found`; `conflict` unless the workflow is active and has a trigger; `forbidden` for a caller who may not
   * run it, or have triggers.
   */
  abstract resume(context: CallContext, id: string): Promise<WorkflowTriggerState>;

  /**
   * Offers the trigger to another owner. Its owner stays the same until they resume it. Offering it to oneself resumes it.
   * Errors: as {@link resume}; `unprocessable` when they may not have such a trigger.
   */
  abstract transfer(context: CallContext, id: string, to: NewTriggerOwner): Promise<WorkflowTriggerState>;
}
