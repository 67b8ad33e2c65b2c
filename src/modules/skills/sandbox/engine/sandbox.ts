import type { QuickJSContext, QuickJSHandle, QuickJSRuntime } from 'quickjs-emscripten-core';
import type { RunJob, ThreadMessage, ThreadOutcome, ThreadReply } from '../thread-job';
import { GUEST, GUEST_FILE } from './guest';
import type { Instance } from './instances';
import { HostEvents } from './host-events';
import { loadModules } from './module-loader';
import type { Stopwatch } from './stopwatch';

/** The size of QuickJS's stack. The thread's stack is larger, so that QuickJS's stack overflows first. */
const STACK_BYTES = 256 * 1_024;
/** The number of promise reactions between two checks of the time limit, in addition to QuickJS's own periodic check. */
const JOBS_AT_ONCE = 1_000;

/** The maximum length, as text, of a name or number from the code. */
const MAX_NAME_CHARS = 128;

/** The outcome of a run, and whether the instance is clean. */
export interface SandboxEnd {
  readonly outcome: ThreadOutcome;
  readonly isClean: boolean;
}

/** One run of a tenant's code, in a separate runtime and context. */
export class Sandbox {
  private readonly events: HostEvents;
  private readonly runtime: QuickJSRuntime;
  private readonly context: QuickJSContext;
  private enter: QuickJSHandle | null = null;

  constructor(
    private readonly instance: Instance,
    private readonly job: RunJob,
    private readonly watch: Stopwatch,
    post: (message: ThreadMessage) => void,
  ) {
    this.events = new HostEvents(post);
    this.runtime = instance.quickjs.newRuntime({
      maxStackSizeBytes: STACK_BYTES,
      interruptHandler: () => watch.isOver(),
    });
    loadModules(this.runtime, job.modules, GUEST_FILE);
    this.context = this.runtime.newContext();
  }

  /** Passes the host's reply to the code, and charges the host's time to the run. */
  answer({ id, answer, hostMs }: ThreadReply): void {
    this.watch.charge(hostMs);
    this.events.answer(id, answer);
  }

  /** Rechecks the limits after the run has been canceled. */
  wake(): void {
    this.events.wake();
  }

  async run(): Promise<SandboxEnd> {
    try {
      const isIn = !this.watch.isOver() && this.begin();
      const outcome = isIn ? await this.pump() : this.failed();
      await this.events.close();
      const hasEnded = outcome.kind === 'output' || outcome.kind === 'thrown';
      return { outcome, isClean: hasEnded && !this.instance.isFull() && this.dispose() };
    } catch (error) {
      // A fault in the engine or in WebAssembly, such as a stack overflow: the instance can no longer be trusted.
      await this.events.close();
      return { outcome: this.watch.why === null ? hostFault(error) : this.failed(), isClean: false };
    }
  }

  private begin(): boolean {
    const { context, job } = this;
    const guest = context.evalCode(GUEST, GUEST_FILE);
    if (guest.error) return this.refused(guest.error);
    const host = context.newFunction('host', (what, a, b) => {
      const head = readValue(context, a, MAX_NAME_CHARS);
      this.events.take(context.getString(what), head ?? '', (mostChars) => readValue(context, b, mostChars));
    });
    const texts = [job.main, job.input, JSON.stringify(job.capabilities), JSON.stringify(job.about)];
    const args = [host, ...texts.map((text) => context.newString(text))];
    const entered = context.callFunction(guest.value, context.undefined, ...args);
    for (const handle of [guest.value, ...args]) handle.dispose();
    if (entered.error) return this.refused(entered.error);
    this.enter = entered.value;
    return true;
  }

  /** Runs pending code and then waits for the events that the code expects, until the code has ended. */
  private async pump(): Promise<ThreadOutcome> {
    for (;;) {
      if (!this.runJobs()) return this.failed();
      if (this.watch.isOver()) return this.failed();
      const { outcome } = this.events;
      if (outcome !== null) return outcome;
      if (this.events.isIdle) {
        return { kind: 'thrown', message: 'The code waits for an event that can never occur.' };
      }
      const event = await this.watch.away(this.events.next(this.watch.leftMs));
      if (this.watch.isOver()) return this.failed();
      if (event !== null && !this.hand(event.what, event.id, event.text)) return this.failed();
    }
  }

  private runJobs(): boolean {
    while (this.runtime.hasPendingJob() && !this.watch.isOver()) {
      const ran = this.runtime.executePendingJobs(JOBS_AT_ONCE);
      if (ran.error) return this.refused(ran.error);
    }
    return true;
  }

  private hand(what: string, id: number, text: string): boolean {
    const { context, enter } = this;
    if (enter === null) return false;
    const args = [context.newString(what), context.newNumber(id), context.newString(text)];
    const entered = context.callFunction(enter, context.undefined, ...args);
    for (const handle of args) handle.dispose();
    if (entered.error) return this.refused(entered.error);
    entered.value.dispose();
    return true;
  }

  /** Disposes of a thrown value without reading it, because it is a tenant's value. */
  private refused(error: QuickJSHandle): false {
    error.dispose();
    return false;
  }

  private failed(): ThreadOutcome {
    const { why } = this.watch;
    if (why !== null) return { kind: 'stopped', why };
    return (
      this.events.outcome ?? {
        kind: 'limit',
        message: 'The code threw an error that could not be caught, or ran out of memory.',
      }
    );
  }

  /**
   * Disposes of the runtime.
   * @returns true when no objects were left behind.
   */
  private dispose(): boolean {
    try {
      this.enter?.dispose();
      this.context.dispose();
      this.runtime.dispose();
      return true;
    } catch {
      return false;
    }
  }
}

/**
 * Reads a value. Only plain strings and numbers are read, so that no code runs.
 * @returns `null` for a string that is too long.
 */
function readValue(context: QuickJSContext, handle: QuickJSHandle | undefined, mostChars: number): string | null {
  if (handle === undefined) return '';
  const type = context.typeof(handle);
  if (type === 'number') return String(context.getNumber(handle));
  if (type !== 'string') return '';
  const chars = context.getProp(handle, 'length').consume((length) => context.getNumber(length));
  return chars > mostChars ? null : context.getString(handle);
}

function hostFault(error: unknown): ThreadOutcome {
  const isStack = error instanceof RangeError;
  const words = isStack ? 'its calls or its values are nested too deeply' : 'it broke the engine that runs it';
  return { kind: 'limit', message: `The code was stopped: ${words}.` };
}
