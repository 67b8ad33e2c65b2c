import type { StepFaultCode } from '../contract/workflow-definition.types';

/** The failure of a step, with a message for the tenant. */
export class StepFault extends Error {
  constructor(
    readonly code: StepFaultCode,
    message: string,
  ) {
    super(message.slice(0, 1_000));
    this.name = 'StepFault';
  }
}
