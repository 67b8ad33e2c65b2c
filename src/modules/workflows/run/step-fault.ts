import type { StepFaultCode } from '../contract/workflow-definition.types';

/** Why a step failed, in words for its tenant. */
export class StepFault extends Error {
  constructor(
    readonly code: StepFaultCode,
    message: string,
  ) {
    super(message.slice(0, 1_000));
    this.name = 'StepFault';
  }
}
