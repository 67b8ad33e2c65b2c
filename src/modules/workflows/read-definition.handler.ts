import type { TaskHandler } from '../../kernel/threads/pool-messages';
import type { WorkflowDefinition } from './contract/workflow-definition.types';
import { readDefinition } from './read-definition';

/** Reads a definition in a thread. */
const handler: TaskHandler<string, WorkflowDefinition> = (text) => readDefinition(text);

export default handler;
