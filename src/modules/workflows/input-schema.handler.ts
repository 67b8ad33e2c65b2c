import type { FieldError } from '../../kernel/errors/app-error';
import { misfits, schemaFaults } from '../../kernel/json-schema/json-schema';
import type { TaskHandler } from '../../kernel/threads/pool-messages';

/** The `inputSchema` of a definition, and the input that is to fit it; both JSON. `null`: the schema alone is checked. */
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
    // Deeper than a stack: what ran here is not relied on any more.
    task.spend();
    return [{ pointer: input === null ? '/inputSchema' : '/input', code: 'too_deep', message: 'is nested too deeply' }];
  }
};

export default handler;
