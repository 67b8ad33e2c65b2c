import type {
  NewTriggerOwner,
  WholeWorkflowRun,
  WholeWorkflowVersion,
  Workflow,
  WorkflowApprovalOrder,
  WorkflowCancelled,
  WorkflowCancelOrder,
  WorkflowDefinition,
  WorkflowDiff,
  WorkflowHook,
  WorkflowHookRotation,
  WorkflowRun,
  ListWorkflowRunsQuery,
  WorkflowRunStep,
  DiffWorkflowVersionsQuery,
  ListWorkflowsQuery,
  ListWorkflowVersionsQuery,
  WorkflowTriggered,
  WorkflowTriggerState,
  WorkflowVerdict,
  WorkflowVersion,
} from '../generated/schemas.js';
import type { CallOptions, ChangeOptions, WriteOptions } from '../http/http.js';
import type { Pages } from '../http/pages.js';
import { path } from '../http/path.js';
import { Api } from './api.js';

/** Workflows: ordered steps with waits, approvals and compensation. */
export class WorkflowsApi extends Api {
  /** Starts a run. @returns the ID of its job, which is also the ID of the run. */
  trigger(id: string, input?: unknown, options?: WriteOptions): Promise<WorkflowTriggered> {
    return this.make(path`/v1/workflows/${id}/trigger`, { input }, options);
  }

  /** Returns the owner of the workflow's trigger, and whether the platform paused the trigger. */
  triggerState(id: string, options?: CallOptions): Promise<WorkflowTriggerState> {
    return this.load(path`/v1/workflows/${id}/trigger`, options);
  }

  /** Resumes the trigger under the authority of the caller, even if the platform paused it. */
  resumeTrigger(id: string, options?: WriteOptions): Promise<WorkflowTriggerState> {
    return this.make(path`/v1/workflows/${id}/trigger/resume`, undefined, options);
  }

  /** Offers the trigger to another owner, who takes it over by resuming it. */
  transferTrigger(id: string, to: NewTriggerOwner, options?: WriteOptions): Promise<WorkflowTriggerState> {
    return this.make(path`/v1/workflows/${id}/trigger/transfer`, to, options);
  }

  create(definition: WorkflowDefinition, options?: WriteOptions): Promise<Workflow> {
    return this.make('/v1/workflows', definition, options);
  }

  list(query?: ListWorkflowsQuery, options?: CallOptions): Pages<Workflow> {
    return this.listOf('/v1/workflows', query, options);
  }

  get(id: string, options?: CallOptions): Promise<Workflow> {
    return this.load(path`/v1/workflows/${id}`, options);
  }

  /** Creates the workflow's next version. */
  update(id: string, definition: WorkflowDefinition, options?: ChangeOptions): Promise<Workflow> {
    return this.place(path`/v1/workflows/${id}`, definition, options);
  }

  delete(id: string, options?: ChangeOptions): Promise<void> {
    return this.remove(path`/v1/workflows/${id}`, options);
  }

  /** Validates a definition without saving it. @param definition an object, or YAML. */
  validate(definition: WorkflowDefinition | string, options?: CallOptions): Promise<WorkflowVerdict> {
    if (typeof definition !== 'string') return this.ask('/v1/workflows/validate', definition, options);
    const headers = { 'content-type': 'application/yaml' };
    const order = { method: 'POST', path: '/v1/workflows/validate', content: definition, headers } as const;
    return this.http.json({ ...order, repeat: 'always' }, options);
  }

  versions(id: string, query?: ListWorkflowVersionsQuery, options?: CallOptions): Pages<WorkflowVersion> {
    return this.listOf(path`/v1/workflows/${id}/versions`, query, options);
  }

  version(id: string, version: number, options?: CallOptions): Promise<WholeWorkflowVersion> {
    return this.load(path`/v1/workflows/${id}/versions/${version}`, options);
  }

  /** Restores an earlier version as the newest version. */
  restore(id: string, version: number, options?: WriteOptions & ChangeOptions): Promise<Workflow> {
    return this.make(path`/v1/workflows/${id}/versions/${version}/restore`, undefined, options);
  }

  diff(id: string, between: DiffWorkflowVersionsQuery, options?: CallOptions): Promise<WorkflowDiff> {
    return this.load(path`/v1/workflows/${id}/diff`, options, between);
  }

  /** Lists runs, newest first. */
  runs(id: string, query?: ListWorkflowRunsQuery, options?: CallOptions): Pages<WorkflowRun> {
    return this.listOf(path`/v1/workflows/${id}/runs`, query, options);
  }

  /** Returns a run with its steps. */
  run(runId: string, options?: CallOptions): Promise<WholeWorkflowRun> {
    return this.load(path`/v1/workflows/runs/${runId}`, options);
  }

  cancelRun(runId: string, order: WorkflowCancelOrder = {}, options?: WriteOptions): Promise<WorkflowCancelled> {
    return this.make(path`/v1/workflows/runs/${runId}/cancel`, order, options);
  }

  /** Decides on a step that waits for approval. */
  approve(
    runId: string,
    stepId: string,
    decision: WorkflowApprovalOrder = {},
    options?: WriteOptions,
  ): Promise<WorkflowRunStep> {
    return this.make(path`/v1/workflows/runs/${runId}/steps/${stepId}/approve`, decision, options);
  }

  /**
   * Rotates the secret of a workflow that is started by signed calls. Returns the URL for the calls and the new secret, which is never
   * shown again. `sign` from `@cpod/sdk/webhooks` creates the headers of these calls.
   */
  rotateHookSecret(id: string, rotation: WorkflowHookRotation = {}, options?: WriteOptions): Promise<WorkflowHook> {
    return this.make(path`/v1/workflows/${id}/rotate-secret`, rotation, options);
  }
}
