import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import type { WorkflowDefinition } from './contract/workflow-definition.types';
import { WORKFLOW_LIMITS } from './contract/workflow-limits';
import { isInputTooLarge } from './contract/workflows.types';
import { DefinitionThreads } from './definition-threads';
import { isDeeperThan, VALUE_LEVELS } from './domain/json-levels';

/** Checks the input of a run when a trigger fires or, for runs that were submitted as jobs or by other workflows, in the worker. */
@Injectable()
export class InputCheck {
  constructor(private readonly threads: DefinitionThreads) {}

  /**
   * Throws unless the input is valid. Errors: `invalid_request` for an input that is nested too deeply, is too large or does not match the
   * schema; `unprocessable`; `unavailable`.
   */
  async assert(context: CallContext, { inputSchema }: WorkflowDefinition, input: unknown): Promise<void> {
    if (isDeeperThan(VALUE_LEVELS, input))
      refuse('/input', 'too_deep', `The input can have at most ${VALUE_LEVELS} levels.`);
    if (isInputTooLarge(input))
      refuse('/input', 'too_large', `The input can have at most ${WORKFLOW_LIMITS.maxValueBytes} bytes of JSON.`);
    const [fault] = await this.threads.fit(context, inputSchema, input ?? null);
    if (fault !== undefined) refuse(fault.pointer, fault.code, fault.message);
  }
}

function refuse(pointer: string, code: string, message: string): never {
  throw new AppError('invalid_request', message, { fields: [{ pointer, code, message }] });
}
