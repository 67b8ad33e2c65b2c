import type { CallContext, RequestFacts } from '../../../kernel/context/call-context';
import type { HookRotation, Triggered, WorkflowHook } from './workflows.types';

/** A call from outside as it came: nothing of it is proven. */
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
   * Runs a workflow with what was sent as its input. The same `webhook-id` is one run, however often it is sent.
   * Errors: `unauthorized`, in the same words whether there is no such hook, it has no secret, its tenant is held back, or
   * the signature or the time is wrong; `rate_limited`; `unprocessable` for an id that stands for another body;
   * `invalid_request` for what is no JSON, or does not fit; and those of `JobsPort.submit`.
   */
  abstract receive(call: HookCall): Promise<Triggered>;

  /**
   * A new secret, which is shown once. The first one opens the hook.
   * Errors: `not_found`; `conflict` when the trigger of the workflow is another one.
   */
  abstract rotateSecret(context: CallContext, id: string, rotation: HookRotation): Promise<WorkflowHook>;
}
