import type { CallContext } from '../../../kernel/context/call-context';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type {
  ApprovalOrder,
  Cancelled,
  CancelOrder,
  RunQuery,
  RunStep,
  WholeWorkflowRun,
  WorkflowRun,
} from './workflows.types';

/** Runs of workflows: jobs of the type `workflow`, with their steps. Another tenant's run is treated as `not_found`. */
export abstract class WorkflowRunsPort {
  /** Returns the runs of a workflow, newest first. Errors: `not_found`. */
  abstract list(context: CallContext, workflowId: string, query: RunQuery): Promise<CountedPage<WorkflowRun>>;

  /** Errors: `not_found`. */
  abstract get(context: CallContext, runId: string): Promise<WholeWorkflowRun>;

  /**
   * Cancels a run; a run that has ended does not change. If the order requests it, a separate run undoes the steps, and the result contains
   * the job of that run. Errors: `not_found`.
   */
  abstract cancel(context: CallContext, runId: string, order: CancelOrder): Promise<Cancelled>;

  /**
   * Decides on a pending approval.
   * Errors: `not_found`; `forbidden` for callers who are not people with the role that the step requires; `conflict` when the approval is
   * already decided or has expired.
   */
  abstract decide(context: CallContext, runId: string, stepId: string, order: ApprovalOrder): Promise<RunStep>;
}
