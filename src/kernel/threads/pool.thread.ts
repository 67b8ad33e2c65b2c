import { parentPort, workerData } from 'node:worker_threads';
import type { AppError } from '../errors/app-error';
import type { HandlerFile, PoolMessage, TaskOutcome, ThreadData, ThreadReport, ThrownError } from './pool-messages';
import { NICE, ownTaskId, setOwnNice } from './thread-priority';
import { ThreadPause } from './thread-pause';

/** The entry file of every thread of a `WorkerPool`. It loads handlers on first use and runs one task at a time. */
const port = parentPort;
if (!port) throw new Error('This file runs in a thread of a WorkerPool.');
const post = (report: ThreadReport): void => port.postMessage(report);

const { preload, isLow, turn: memory } = workerData as ThreadData;
const turn = new ThreadPause(memory);
setOwnNice(isLow ? NICE.low : NICE.usual);
post({ kind: 'started', taskId: ownTaskId() });

type Step = () => void | Promise<void>;
type Listener = (message: unknown) => void;

const handlers = new Map<string, HandlerFile>();
let running: { readonly controller: AbortController; listener: Listener | null } | null = null;
let isSpent = false;

function cpuMicros(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

/**
 * Retires the thread after a late failure of a past task. It is not known which task failed, so the thread does not receive further tasks.
 */
function spendThread(): void {
  isSpent = true;
  if (running === null) post({ kind: 'spent' });
}
process.on('unhandledRejection', spendThread);
process.on('uncaughtException', spendThread);

port.on('message', (order: PoolMessage) => {
  if (order.kind === 'task') void work(order);
  else if (order.kind === 'cancel') running?.controller.abort();
  else running?.listener?.(order.message);
});

async function work({ handler, tenantId, payload }: Extract<PoolMessage, { kind: 'task' }>): Promise<void> {
  const steps: Step[] = [];
  const current = { controller: new AbortController(), listener: null as Listener | null };
  running = current;
  let outcome: TaskOutcome;
  try {
    const { default: run } = load(handler);
    post({ kind: 'begun', cpuMicros: cpuMicros() });
    const value = await run(payload, {
      tenantId,
      turn,
      signal: current.controller.signal,
      post: (message) => post({ kind: 'message', message }),
      onMessage: (listener) => (current.listener = listener),
      afterwards: (step) => steps.push(step),
      spend: () => (isSpent = true),
    });
    outcome = { ok: true, value };
  } catch (error) {
    outcome = { ok: false, error: thrownError(error) };
  }
  running = null;
  done(outcome);
  if (isSpent) return;
  try {
    for (const step of steps) await step();
  } catch {
    spendThread();
  }
}

function done(outcome: TaskOutcome): void {
  const report = (of: TaskOutcome): ThreadReport => ({ kind: 'done', cpuMicros: cpuMicros(), outcome: of, isSpent });
  try {
    post(report(outcome));
  } catch (error) {
    // The result cannot be copied to another thread.
    post(report({ ok: false, error: thrownError(error) }));
  }
}

function load(file: string): HandlerFile {
  const known = handlers.get(file);
  if (known) return known;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the file is known only now, and import() would make every first task wait
  const handler = require(file) as HandlerFile;
  handlers.set(file, handler);
  return handler;
}

/** Returns true for an `AppError`. Compares names, because the bundle contains a copy of the class in each handler file. */
function isAppError(error: unknown): error is AppError {
  return error instanceof Error && error.name === 'AppError';
}

function thrownError(error: unknown): ThrownError {
  if (isAppError(error)) {
    return { kind: 'app', code: error.code, message: error.message, fields: error.fields };
  }
  if (error instanceof Error) return { kind: 'fault', name: error.name, message: error.message };
  return { kind: 'fault', name: 'Error', message: 'The handler threw something that is not an error.' };
}

async function prepare(): Promise<void> {
  if (preload !== null) await load(preload).prepare?.();
  post({ kind: 'ready' });
}

prepare().catch(spendThread);
