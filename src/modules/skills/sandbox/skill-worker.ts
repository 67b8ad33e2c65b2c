import os from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { checkSources, StripperBroke } from './engine/check-sources';
import { Instances } from './engine/instances';
import { Sandbox } from './engine/sandbox';
import { misfits, schemaFaults } from './engine/schemas';
import { Stopwatch } from './engine/stopwatch';
import type { CheckJob, RunJob, SkillFault, ThreadData, ThreadMessage, ThreadOrder, ThreadOutcome } from './thread-job';

/** The file of a thread of `SkillThreads`: takes jobs one by one, and answers each. */
const port = parentPort;
if (!port) throw new Error('This file runs in a thread of its own.');

/** Linux keeps a nice value for each thread: tenants' code gets what requests and decisions leave. */
const NICE = 5;
try {
  os.setPriority(0, NICE);
} catch {
  // Elsewhere it would be the whole process, or it is not allowed: then the threads compete as equals.
}

const instances = new Instances((workerData as ThreadData).memoryBytes);
let running: Sandbox | null = null;

const post = (message: ThreadMessage): void => {
  port.postMessage(message);
};

port.on('message', (order: ThreadOrder) => {
  if (order.kind === 'answer') running?.answer(order.id, order.answer, order.hostMs);
  else if (order.kind === 'cancel') running?.wake();
  else void work(order);
});

async function work({ job, owner, flags }: Extract<ThreadOrder, { kind: 'job' }>): Promise<void> {
  try {
    if (job.kind === 'run') await run(job, owner, flags);
    else if (job.kind === 'check') done(await check(job, owner));
    else done({ kind: 'fit', faults: misfits(job.schema, job.value, job.pointer) });
  } catch (error) {
    // Deeper than a stack, larger than a heap allows, or a fault of ours: what ran here is not relied on any more.
    instances.ended(false);
    done({ kind: 'limit', message: wordsOf(error) }, true);
  }
}

async function run(job: RunJob, owner: string, flags: Int32Array): Promise<void> {
  const badInput = misfits(job.inputSchema, job.input, '/input');
  if (badInput.length > 0) return done({ kind: 'misfit', of: 'input', faults: badInput });
  const watch = new Stopwatch(flags, job);
  const instance = await instances.of(owner);
  const sandbox = new Sandbox(instance, job, watch, post);
  running = sandbox;
  const { outcome, isClean } = await sandbox.run().finally(() => {
    running = null;
  });
  const isFull = instance.isFull();
  instances.ended(isClean);
  if (outcome.kind === 'output') {
    const badOutput = misfits(job.outputSchema, outcome.value, '/output');
    return done(badOutput.length > 0 ? { kind: 'misfit', of: 'output', faults: badOutput } : outcome);
  }
  const isMemory = isFull && (outcome.kind === 'limit' || outcome.kind === 'thrown');
  return done(isMemory ? { kind: 'limit', message: `The code ran out of memory. ${outcome.message}` } : outcome);
}

async function check({ inputSchema, outputSchema, sources }: CheckJob, owner: string): Promise<ThreadOutcome> {
  const faults: SkillFault[] = [
    ...schemaFaults(inputSchema, '/inputSchema'),
    ...schemaFaults(outputSchema, '/outputSchema'),
  ];
  if (sources === null) return { kind: 'checked', faults, code: null };
  const checked = checkSources(await instances.of(owner), sources);
  instances.ended(true);
  if ('faults' in checked) return { kind: 'checked', faults: [...faults, ...checked.faults], code: null };
  return { kind: 'checked', faults, code: checked.code };
}

function done(outcome: ThreadOutcome, isSpent = false): void {
  post({ kind: 'done', outcome, isSpent });
  // After the answer: the next job may be another tenant's.
  if (!isSpent) void instances.prepare();
}

function wordsOf(error: unknown): string {
  if (error instanceof StripperBroke || error instanceof RangeError) return 'It is nested too deeply.';
  return 'It could not be worked on.';
}

void instances.prepare().then(() => post({ kind: 'ready' }));
