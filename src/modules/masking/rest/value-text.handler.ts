import type { TaskHandler } from '../../../kernel/threads/pool-messages';
import { valueText } from './value-text';

/** Extracts the value from a long body in a thread, because preserving numbers as written makes parsing many times slower. */
const handler: TaskHandler<string, string> = valueText;

export default handler;
