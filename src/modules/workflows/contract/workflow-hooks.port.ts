import type { CallContext, RequestFacts } from '../../../kernel/context/call-context';
import type { HookRotation, Triggered, WorkflowHook } from './workflows.types';

/** A call from outside, not verified yet. */
export interface HookCall {
  /** Id of the workflow, from the path. */
  readonly workflowId: string;
  /** `webhook-id`, `webhook-timestamp` and `webhook-signature` (Standard Webhooks 1.0); empty when missing. */
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly body: Uint8Array;
  readonly from: RequestFacts;
}

/** Workflows whose trigger is `webhook`, run by whoever has their secret. */
export abstract class WorkflowHooksPort {
  /**
   * Runs a workflow with the body of the call as its input. The same `webhook-id` is one run, however often it is sent.
   * Errors: `unauthorized`, with the same message for an unknown hook, one without a secret, a tenant that is held back, and
   * a wrong signature or time. `rate_limited`; `unprocessable` for an id that was used with another body; `invalid_request`
   * for a body that is not JSON or does not fit; those of `JobsPort.submit`.
   */
  abstract receive(call: HookCall): Promise<Triggered>;

  /**
   * A new secret, which is shown once. The first one opens the hook.
   * Errors: `not_found`; `conflict` when the trigger of the workflow is another one.
   */
  abstract rotateSecret(context: CallContext, id: string, rotation: HookRotation): Promise<WorkflowHook>;
}
