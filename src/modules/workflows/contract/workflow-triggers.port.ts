import { z } from 'zod';
import type { CallContext } from '../../../kernel/context/call-context';
import { newTriggerOwner, type NewTriggerOwner, triggerOwner } from '../../auth/contract/trigger-owner';

/** The trigger of a workflow, and the authority under which it runs the workflow. */
export const workflowTriggerState = z
  .object({
    type: z.enum(['manual', 'schedule', 'event', 'webhook']),
    status: z.enum(['active', 'paused', 'off']).meta({
      description:
        '`paused`: by the platform, for the reason in `pauseReason`. `off`: the workflow is not active, or is started only manually.',
    }),
    pauseReason: z.string().nullable().meta({
      description:
        'The reason if the platform paused the trigger: the authority of its runs has ended. Resume it to run it under your authority.',
    }),
    owner: triggerOwner
      .nullable()
      .meta({ description: 'The person or service that last saved, resumed or took over the trigger.' }),
    pendingOwner: newTriggerOwner
      .nullable()
      .meta({ description: 'The new owner, who was asked to take over the trigger by resuming it.' }),
  })
  .meta({ id: 'WorkflowTriggerState' });
export type WorkflowTriggerState = Readonly<z.infer<typeof workflowTriggerState>>;

/** The triggers of workflows, from their owners' point of view. The context determines the tenant. */
export abstract class WorkflowTriggersPort {
  /** Errors: `not_found`. */
  abstract get(context: CallContext, id: string): Promise<WorkflowTriggerState>;

  /**
   * Resumes the trigger under the authority of the caller.
   * Errors: `not_found`; `conflict` unless the workflow is active and has a trigger; `forbidden` for a caller that is not allowed to run
   * the workflow or to have triggers.
   */
  abstract resume(context: CallContext, id: string): Promise<WorkflowTriggerState>;

  /**
   * Offers the trigger to another owner. The current owner keeps the trigger until the new owner resumes it. Callers who offer a trigger to
   * themselves resume it.
   * Errors: the errors of {@link resume}; `unprocessable` when the new owner is not allowed to have such a trigger.
   */
  abstract transfer(context: CallContext, id: string, to: NewTriggerOwner): Promise<WorkflowTriggerState>;
}
