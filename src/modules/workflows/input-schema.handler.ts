import type { FieldError } from '../../kernel/errors/app-error';
import { misfits, schemaFaults } from '../../kernel/json-schema/json-schema';
import type { TaskHandler } from '../../kernel/threads/pool-messages';

/**
 * The `inputSchema` of a definition and the input to validate against it, both as JSON. If the input is `null`, only the schema is checked.
 */
export interface InputSchemaTask {
  readonly schema: string;
  readonly input: string | null;
}

/** Checks the schema of a workflow's input, or an input against it, in a thread. */
const handler: TaskHandler<InputSchemaTask, readonly FieldError[]> = async ({ schema, input }, task) => {
  try {
    return await (input === null ? schemaFaults(schema, '/inputSchema') : misfits(schema, input, '/input'));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // The value is nested deeper than the stack allows, so the thread is no longer reliable.
    task.spend();
    return [{ pointer: input === null ? '/inputSchema' : '/input', code: 'too_deep', message: 'is nested too deeply' }];
  }
};

export default handler;
