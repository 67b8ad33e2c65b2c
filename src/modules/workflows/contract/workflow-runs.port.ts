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

/** Runs of workflows: jobs of the type `workflow`, with their steps. Another tenant's is `not_found`. */
export abstract class WorkflowRunsPort {
  /** Runs of a workflow, the newest first. Errors: `not_found`. */
  abstract list(context: CallContext, workflowId: string, query: RunQuery): Promise<CountedPage<WorkflowRun>>;

  /** Errors: `not_found`. */
  abstract get(context: CallContext, runId: string): Promise<WholeWorkflowRun>;

  /**
   * Ends a run; one that has ended stays as it is. A separate run undoes the steps if the order asks for it, and the result
   * contains its job. Errors: `not_found`.
   */
  abstract cancel(context: CallContext, runId: string, order: CancelOrder): Promise<Cancelled>;

  /**
   * Decides on an approval that waits. Errors: `not_found`; `forbidden` for whoever is no person of the role that the step
   * wants; `conflict` when it is decided, or has expired.
   */
  abstract decide(context: CallContext, runId: string, stepId: string, order: ApprovalOrder): Promise<RunStep>;
}
