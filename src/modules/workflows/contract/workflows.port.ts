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

/** The workflows of the call's tenant. Another tenant's is `not_found`. */
export abstract class WorkflowsPort {
  /** What is wrong with a definition, in YAML or JSON; nothing is saved. */
  abstract validate(context: CallContext, text: string): Promise<WorkflowVerdict>;

  /**
   * Reads a definition in YAML or JSON as it was sent; nothing is checked against what the tenant has.
   * Errors: `invalid_request` with the members at fault; `unprocessable` for one that takes too long to read.
   */
  abstract read(context: CallContext, text: string): Promise<WorkflowDefinition>;

  /**
   * Its steps run by the authority of the caller, or of whoever triggers it, and are decided about again each time.
   * Errors: `invalid_request` with a pointer for each fault; `forbidden` with a pointer for each step that the caller may not
   * do; `unavailable` when that cannot be decided; `conflict` for a name that is taken, or as many workflows as a
   * tenant may have; `unprocessable` for a schedule that no worker takes.
   */
  abstract create(context: CallContext, definition: WorkflowDefinition): Promise<Workflow>;

  abstract list(context: CallContext, query: WorkflowQuery): Promise<CountedPage<Workflow>>;

  /** Errors: `not_found`. */
  abstract get(context: CallContext, id: string): Promise<Workflow>;

  /** The next version; runs that have begun end on theirs. Its name stays. Errors: as {@link create}, `not_found`, `precondition_failed`. */
  abstract replace(
    context: CallContext,
    id: string,
    definition: WorkflowDefinition,
    expected: ExpectedVersions,
  ): Promise<Workflow>;

  /** Runs that have begun go on. Errors: `not_found`, `precondition_failed`. */
  abstract remove(context: CallContext, id: string, expected: ExpectedVersions): Promise<void>;

  /** Errors: `not_found`. */
  abstract versions(
    context: CallContext,
    id: string,
    query: WorkflowVersionQuery,
  ): Promise<CountedPage<WorkflowVersion>>;

  /** Errors: `not_found`. */
  abstract version(context: CallContext, id: string, version: number): Promise<WholeWorkflowVersion>;

  /** What two versions differ in. Errors: `not_found`. */
  abstract diff(context: CallContext, id: string, query: WorkflowDiffQuery): Promise<WorkflowDiff>;

  /** Makes an earlier version the newest again, under the next number. Errors: as {@link replace}. */
  abstract restore(context: CallContext, id: string, version: number, expected: ExpectedVersions): Promise<Workflow>;

  /**
   * Runs it, on the version that is the newest now. Errors: `not_found`; `conflict` unless it is active; `invalid_request`
   * for an input that is too large or does not fit; and those of `JobsPort.submit`.
   */
  abstract trigger(context: CallContext, id: string, order: TriggerOrder): Promise<Triggered>;
}
