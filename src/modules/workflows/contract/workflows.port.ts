import type { CallContext } from '../../../kernel/context/call-context';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type { WorkflowDefinition } from './workflow-definition.types';
import type {
  TriggerOrder,
  Triggered,
  WholeWorkflowVersion,
  Workflow,
  WorkflowDiff,
  WorkflowDiffQuery,
  WorkflowQuery,
  WorkflowVerdict,
  WorkflowVersion,
  WorkflowVersionQuery,
} from './workflows.types';

/** The workflows of the caller's tenant. Another tenant's workflow is treated as `not_found`. */
export abstract class WorkflowsPort {
  /** Validates a definition in YAML or JSON without saving it. */
  abstract validate(context: CallContext, text: string): Promise<WorkflowVerdict>;

  /**
   * Parses a definition in YAML or JSON, without checks against the tenant's resources.
   * Errors: `invalid_request` with the invalid members; `unprocessable` for a definition that takes too long to parse.
   */
  abstract read(context: CallContext, text: string): Promise<WorkflowDefinition>;

  /**
   * Creates a workflow. Its steps run under the authority of the caller, or of the principal that triggers the workflow, and each run
   * authorizes them again. Errors: `invalid_request` with a pointer for each fault; `forbidden` with a pointer for each step that the
   * caller is not allowed to perform. `unavailable` when no decision is possible. `conflict` for a name that is already in use, or when the
   * tenant has the maximum number of workflows; `unprocessable` for a schedule whose job no worker accepts.
   */
  abstract create(context: CallContext, definition: WorkflowDefinition): Promise<Workflow>;

  abstract list(context: CallContext, query: WorkflowQuery): Promise<CountedPage<Workflow>>;

  /** Returns a workflow. Errors: `not_found`. */
  abstract get(context: CallContext, id: string): Promise<Workflow>;

  /**
   * Saves the next version. Running workflows keep their version. The name cannot change. Errors: the errors of {@link create}, `not_found`
   * and `precondition_failed`.
   */
  abstract replace(
    context: CallContext,
    id: string,
    definition: WorkflowDefinition,
    expected: ExpectedVersions,
  ): Promise<Workflow>;

  /** Deletes a workflow. Runs that have started continue. Errors: `not_found`, `precondition_failed`. */
  abstract remove(context: CallContext, id: string, expected: ExpectedVersions): Promise<void>;

  /** Returns a page of versions. Errors: `not_found`. */
  abstract versions(
    context: CallContext,
    id: string,
    query: WorkflowVersionQuery,
  ): Promise<CountedPage<WorkflowVersion>>;

  /** Returns one version. Errors: `not_found`. */
  abstract version(context: CallContext, id: string, version: number): Promise<WholeWorkflowVersion>;

  /** Returns the differences between two versions. Errors: `not_found`. */
  abstract diff(context: CallContext, id: string, query: WorkflowDiffQuery): Promise<WorkflowDiff>;

  /** Restores an earlier version as the newest version, with the next version number. Errors: the errors of {@link replace}. */
  abstract restore(context: CallContext, id: string, version: number, expected: ExpectedVersions): Promise<Workflow>;

  /**
   * Runs the newest version. Errors: `not_found`; `conflict` unless it is active; `invalid_request` for an input that is too large or does
   * not match the schema; the errors of `JobsPort.submit`.
   */
  abstract trigger(context: CallContext, id: string, order: TriggerOrder): Promise<Triggered>;
}
