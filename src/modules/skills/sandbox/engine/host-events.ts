import { SKILL_LIMITS } from '../../contract/skill-limits';
import { jsonLevels } from '../../domain/json-shape';
import type { CallAnswer, ThreadMessage, ThreadOutcome } from '../thread-job';
import { readCall } from './call-arguments';
import type { ReadText } from './guest-text';
import { LogOutput } from './log-output';
import { ProgressOutput } from './progress-output';

/** An event for the code in a sandbox. */
export interface GuestEvent {
  readonly what: 'answer' | 'refusal' | 'timer';
  readonly id: number;
  readonly text: string;
}

const MAX_NUMBER_CHARS = 64;
const TOO_LONG_TO_SHOW = 'The code threw something too long to be shown.';
const MAX_TIMER_MS = SKILL_LIMITS.maxTimeoutSeconds * 1_000;

/** The requests of the code in a sandbox, and the events for the code. This is the only channel between the code and the outside world. */
export class HostEvents {
  private readonly ready: GuestEvent[] = [];
  private readonly timers = new Map<number, NodeJS.Timeout>();
  private readonly running = new Set<number>();
  private readonly log: LogOutput;
  private readonly progress: ProgressOutput;
  private calls = 0;
  private hasWarned = false;
  private isClosed = false;
  private ended: ThreadOutcome | null = null;
  private ring: () => void = () => undefined;

  constructor(private readonly post: (message: ThreadMessage) => void) {
    this.log = new LogOutput((pieces) => post({ kind: 'log', pieces }));
    this.progress = new ProgressOutput((progress) => post({ kind: 'progress', progress }));
  }

  /** The result of the code; `null` before the code has a result. */
  get outcome(): ThreadOutcome | null {
    return this.ended;
  }

  /** True when there are no more events for which the code could wait. */
  get isIdle(): boolean {
    return this.ready.length === 0 && this.timers.size === 0 && this.running.size === 0;
  }

  /**
   * Handles a request from the code. All arguments come from a tenant and can have any type. Each limit is enforced here, where the code
   * cannot replace it. A string is read from the sandbox only when it is needed, and only up to its limit.
   */
  take(what: string, head: string, read: ReadText): void {
    if (this.isClosed) return;
    if (what === 'call') this.call(head, read);
    else if (what === 'log') this.log.add(head === 'stderr' ? 'stderr' : 'stdout', read);
    else if (what === 'progress') this.tell(read(SKILL_LIMITS.maxProgressChars));
    else if (what === 'timer') this.setTimer(Number(head), Number(read(MAX_NUMBER_CHARS)));
    else if (what === 'clear') this.clearTimer(Number(head));
    else if (what === 'output') this.ended ??= outputOf(read(SKILL_LIMITS.maxValueBytes));
    else if (what === 'thrown') this.ended ??= thrown(read(SKILL_LIMITS.maxValueBytes) ?? TOO_LONG_TO_SHOW);
  }

  /** Returns the next event for the code, or `null` if the wait ends for another reason or times out. */
  async next(withinMs: number): Promise<GuestEvent | null> {
    if (this.ready.length === 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(withinMs, MAX_TIMER_MS));
        this.ring = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.ready.shift() ?? null;
  }

  answer(id: number, answer: CallAnswer): void {
    if (!this.running.delete(id)) return;
    if ('refusal' in answer) return this.push({ what: 'refusal', id, text: JSON.stringify(answer.refusal) });
    const text = 'json' in answer ? answer.json : (JSON.stringify(answer.value) ?? 'null');
    if (text.length <= SKILL_LIMITS.maxCallBytes) return this.push({ what: 'answer', id, text });
    const message = `A call can return at most ${SKILL_LIMITS.maxCallBytes} characters.`;
    this.push({ what: 'refusal', id, text: JSON.stringify({ code: 'too_large', message }) });
  }

  wake(): void {
    this.ring();
  }

  /** Stops accepting requests. Resolves when all accepted data has been sent. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.progress.end();
    await this.log.end();
  }

  /**
   * Starts a call.
   * @param head the number of the call, a space, and the name of the capability.
   */
  private call(head: string, read: ReadText): void {
    const [number, name = ''] = head.split(' ');
    const id = Number(number);
    this.calls += 1;
    const fault = this.callFault();
    this.running.add(id);
    if (fault !== null) return this.answer(id, { refusal: { code: 'limit', message: fault } });
    const call = readCall(name, read);
    if ('refusal' in call) this.answer(id, call);
    else this.post({ kind: 'call', id, ...call });
  }

  private tell(text: string | null): void {
    if (this.progress.add(text) || this.hasWarned) return;
    this.hasWarned = true;
    const { maxProgressChars: chars, maxValueLevels: levels } = SKILL_LIMITS;
    this.log.add('stderr', () => `Progress of more than ${chars} characters or ${levels} levels was left out.`);
  }

  private callFault(): string | null {
    const { maxCalls, maxCallsAtOnce } = SKILL_LIMITS;
    if (this.calls > maxCalls) return `A run can make at most ${maxCalls} calls.`;
    return this.running.size >= maxCallsAtOnce
      ? `A run can make at most ${maxCallsAtOnce} calls at the same time.`
      : null;
  }

  private setTimer(id: number, ms: number): void {
    if (this.timers.size >= SKILL_LIMITS.maxTimers) return;
    const wait = Number.isFinite(ms) ? Math.min(Math.max(ms, 0), MAX_TIMER_MS) : MAX_TIMER_MS;
    const timer = setTimeout(() => {
      this.timers.delete(id);
      this.push({ what: 'timer', id, text: '' });
    }, wait);
    this.timers.set(id, timer);
  }

  private clearTimer(id: number): void {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
  }

  private push(event: GuestEvent): void {
    this.ready.push(event);
    this.ring();
  }
}

function outputOf(text: string | null): ThreadOutcome {
  const { maxValueBytes: chars, maxValueLevels: levels } = SKILL_LIMITS;
  if (text === null) {
    return thrown(`RangeError: The output has more than ${chars} characters.`);
  }
  if (jsonLevels(text) > levels) return thrown(`RangeError: The output has more than ${levels} levels.`);
  return { kind: 'output', value: text };
}

function thrown(message: string): ThreadOutcome {
  return { kind: 'thrown', message: message.slice(0, SKILL_LIMITS.maxErrorChars) };
}
