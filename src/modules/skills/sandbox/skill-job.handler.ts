import { workerData } from 'node:worker_threads';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
import { misfits, schemaFaults } from '../../../kernel/json-schema/json-schema';
import type { TaskHandler, ThreadData, ThreadTask } from '../../../kernel/threads/pool-messages';
import type { JsonSchema } from '../contract/skill-definition.types';
import { shownResultSchema } from '../contract/tool-shape';
import { checkSources, StripperBroke } from './engine/check-sources';
import { Instances } from './engine/instances';
import { Sandbox } from './engine/sandbox';
import { Stopwatch } from './engine/stopwatch';
import type {
  CheckJob,
  RunJob,
  SkillFault,
  SkillTask,
  SkillThreadSettings,
  ThreadOutcome,
  ThreadReply,
} from './thread-job';

/** The memory of a sandbox in threads that only compile code. */
const CHECK_MEMORY_BYTES = 64 * 1_048_576;

const settings = (workerData as ThreadData).settings as SkillThreadSettings | undefined;
const instances = new Instances(settings?.memoryBytes ?? CHECK_MEMORY_BYTES);

/** Creates an instance before the first run needs one. */
export const prepare = (): Promise<void> => instances.prepare();

/** Performs one job of a skill. */
const handler: TaskHandler<SkillTask, ThreadOutcome> = async ({ job, cancelled }, task) => {
  try {
    if (job.kind === 'fit') return { kind: 'fit', faults: await misfits(job.schema, job.value, job.pointer) };
    // Prepared after the result has been sent, because the next job might belong to a different tenant.
    task.afterwards(prepare);
    return job.kind === 'run' ? await run(job, cancelled, task) : await check(job, task.tenantId);
  } catch (error) {
    // A value was nested deeper than the stack allows or larger than the heap, or there was an internal fault. The thread is no longer
    // reliable.
    task.spend();
    return { kind: 'limit', message: messageOf(error) };
  }
};

async function run(job: RunJob, cancelled: Int32Array, task: ThreadTask): Promise<ThreadOutcome> {
  const instance = await instances.of(task.tenantId);
  const watch = new Stopwatch(cancelled, job, task.turn);
  const badInput = await misfits(job.inputSchema, job.input, '/input');
  if (badInput.length > 0) return { kind: 'misfit', of: 'input', faults: badInput };
  const sandbox = new Sandbox(instance, job, watch, (message) => task.post(message));
  task.onMessage((reply) => sandbox.answer(reply as ThreadReply));
  task.signal.addEventListener('abort', () => sandbox.wake());
  const { outcome, isClean } = await sandbox.run();
  const isFull = instance.isFull();
  instances.ended(isClean);
  if (outcome.kind === 'output') return checkOutput(outcome, job, watch);
  const isMemory = isFull && (outcome.kind === 'limit' || outcome.kind === 'thrown');
  return isMemory ? { kind: 'limit', message: `The code ran out of memory. ${outcome.message}` } : outcome;
}

async function checkOutput(
  outcome: Extract<ThreadOutcome, { kind: 'output' }>,
  { outputSchema }: RunJob,
  watch: Stopwatch,
): Promise<ThreadOutcome> {
  const faults = await misfits(outputSchema, outcome.value, '/output');
  if (watch.isOver() && watch.why === 'cpu') return { kind: 'stopped', why: 'cpu' };
  return faults.length > 0 ? { kind: 'misfit', of: 'output', faults } : outcome;
}

async function check({ inputSchema, outputSchema, sources }: CheckJob, owner: string): Promise<ThreadOutcome> {
  const faults: SkillFault[] = [
    ...(await schemaFaults(inputSchema, '/inputSchema')),
    ...(await schemaFaults(outputSchema, '/outputSchema')),
  ];
  if (faults.length === 0) faults.push(...toolFaults(outputSchema));
  if (sources === null) return { kind: 'checked', faults, code: null };
  const checked = checkSources(await instances.of(owner), sources);
  instances.ended(true);
  if ('faults' in checked) return { kind: 'checked', faults: [...faults, ...checked.faults], code: null };
  return { kind: 'checked', faults, code: checked.code };
}

/** Returns the faults of a result schema for MCP clients. A client that cannot read one schema cannot use any of a tenant's tools. */
function toolFaults(outputSchema: string): readonly SkillFault[] {
  const schema = shownResultSchema(JSON.parse(outputSchema) as JsonSchema);
  if (schema === null) return [];
  try {
    new AjvJsonSchemaValidator().getValidator(schema);
    return [];
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 300) : 'unknown';
    return [{ pointer: '/outputSchema', code: 'mcp', message: `MCP clients cannot read the schema: ${why}` }];
  }
}

function messageOf(error: unknown): string {
  if (error instanceof StripperBroke || error instanceof RangeError) return 'The data is nested too deeply.';
  return 'The data could not be processed.';
}

export default handler;
