import { SKILL_LIMITS } from '../../contract/skill-limits';
import type { ThreadMessage, ThreadOutcome } from '../thread-job';

/** What comes back into a sandbox. */
export interface GuestEvent {
  readonly what: 'answer' | 'refusal' | 'timer';
  readonly id: number;
  readonly text: string;
}

const MAX_TIMER_MS = SKILL_LIMITS.maxTimeoutSeconds * 1_000;
/** How often progress is told at most. */
const PROGRESS_MS = 100;
const LOG_END = 'The log has reached its limit; what follows is left out.';

/** All that code in a sandbox asks of the world, and what the world has for it: the only way between them. */
export class HostEvents {
  private readonly ready: GuestEvent[] = [];
  private readonly timers = new Map<number, NodeJS.Timeout>();
  private readonly running = new Set<number>();
  private calls = 0;
  private logBytes = 0;
  private toldAt = -PROGRESS_MS;
  private untold: string | null = null;
  private isClosed = false;
  private ended: ThreadOutcome | null = null;
  private ring: () => void = () => undefined;

  constructor(private readonly post: (message: ThreadMessage) => void) {}

  /** The result of the code; `null` before it has one. */
  get outcome(): ThreadOutcome | null {
    return this.ended;
  }

  /** Whether nothing can come any more that the code could wait for. */
  get isIdle(): boolean {
    return this.ready.length === 0 && this.timers.size === 0 && this.running.size === 0;
  }

  /** What the code says: all of it is a tenant's, whatever its types. */
  take(what: string, a: string | number, b: string | number): void {
    if (this.isClosed) return;
    if (what === 'call') this.call(Number(a), String(b));
    else if (what === 'log') this.log(a === 'stderr' ? 'stderr' : 'stdout', String(b));
    else if (what === 'progress') this.progress(String(b));
    else if (what === 'timer') this.setTimer(Number(a), Number(b));
    else if (what === 'clear') this.clearTimer(Number(a));
    else if (what === 'output') this.ended ??= { kind: 'output', value: String(b) };
    else if (what === 'thrown') this.ended ??= { kind: 'thrown', message: String(b) };
  }

  /** The next thing for the code; `null` when it was woken for another reason, or the time is over. */
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

  answer(id: number, ok: boolean, text: string): void {
    if (!this.running.delete(id)) return;
    this.push({ what: ok ? 'answer' : 'refusal', id, text });
  }

  wake(): void {
    this.ring();
  }

  /** Nothing is taken any more, and nothing is left behind. */
  close(): void {
    if (this.untold !== null) this.post({ kind: 'progress', progress: this.untold });
    this.isClosed = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  private call(id: number, text: string): void {
    this.calls += 1;
    const fault = this.callFault();
    this.running.add(id);
    if (fault !== null) {
      this.answer(id, false, JSON.stringify({ code: 'limit', message: fault }));
      return;
    }
    const space = text.indexOf(' ');
    this.post({ kind: 'call', id, name: text.slice(0, space), args: text.slice(space + 1) });
  }

  private callFault(): string | null {
    const { maxCalls, maxCallsAtOnce } = SKILL_LIMITS;
    if (this.calls > maxCalls) return `A run makes at most ${maxCalls} calls.`;
    return this.running.size >= maxCallsAtOnce ? `A run makes at most ${maxCallsAtOnce} calls at a time.` : null;
  }

  private log(stream: 'stdout' | 'stderr', text: string): void {
    if (this.logBytes > SKILL_LIMITS.maxLogBytes) return;
    this.logBytes += Buffer.byteLength(text) + 1;
    const isOver = this.logBytes > SKILL_LIMITS.maxLogBytes;
    this.post({ kind: 'log', stream: isOver ? 'stderr' : stream, text: `${isOver ? LOG_END : text}\n` });
  }

  private progress(progress: string): void {
    const now = performance.now();
    if (now - this.toldAt < PROGRESS_MS) {
      this.untold = progress;
      return;
    }
    this.toldAt = now;
    this.untold = null;
    this.post({ kind: 'progress', progress });
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
