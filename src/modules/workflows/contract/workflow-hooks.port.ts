import type { CallContext, RequestFacts } from '../../../kernel/context/call-context';
import type { HookRotation, Triggered, WorkflowHook } from './workflows.types';

/** An incoming webhook call that is not verified yet. */
export interface HookCall {
  /** The workflow's id from the path. */
  readonly workflowId: string;
  /** The headers `webhook-id`, `webhook-timestamp` and `webhook-signature` (Standard Webhooks 1.0); empty when a header is missing. */
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly body: Uint8Array;
  readonly from: RequestFacts;
}

/** Workflows with a `webhook` trigger. Anyone who has a hook's secret can run its workflow. */
export abstract class WorkflowHooksPort {
  /**
   * Runs a workflow with the body of the call as its input. Repeated calls with the same `webhook-id` start only one run.
   * Errors: `unauthorized`, with the same message for an unknown hook, a hook without a secret, a tenant that is not active, and a wrong
   * signature or time. `rate_limited`. `unprocessable` for an id that was used with a different body. `invalid_request` for a body that is
   * not JSON or does not match the input schema. The errors of `JobsPort.submit`.
   */
  abstract receive(call: HookCall): Promise<Triggered>;

  /**
   * Creates a new secret, which is shown only once. The first secret enables the hook.
   * Errors: `not_found`; `conflict` when the workflow has a different trigger.
   */
  abstract rotateSecret(context: CallContext, id: string, rotation: HookRotation): Promise<WorkflowHook>;
}
