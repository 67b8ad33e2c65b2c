import type { TaskHandler } from '../../../kernel/threads/pool-messages';
import { valueText } from './value-text';

/** Takes the value out of a long body in a thread: numbers that must stay as written make parsing many times slower. */
const handler: TaskHandler<string, string> = valueText;

export default handler;
