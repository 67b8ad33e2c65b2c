import type { FieldError } from '../../kernel/errors/app-error';
import { misfits, schemaFaults } from '../../kernel/json-schema/json-schema';
import type { TaskHandler } from '../../kernel/threads/pool-messages';

/** The `inputSchema` of a definition, and the input that is to fit it; both JSON. `null`: the schema alone is checked. */
export interface InputSchemaTask {
  readonly schema: string;
  readonly input: string | null;
}

/** Checks the schema of a workflow's input, or an input against it, in a thread. */
const handler: TaskHandler<InputSchemaTask, readonly FieldError[]> = ({ schema, input }) =>
  input === null ? schemaFaults(schema, '/inputSchema') : misfits(schema, input, '/input');

export default handler;
