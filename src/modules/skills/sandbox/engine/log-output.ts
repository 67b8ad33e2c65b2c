import { SKILL_LIMITS } from '../../contract/skill-limits';
import type { LogPiece } from '../thread-job';
import type { ReadText } from './guest-text';

/** The time during which lines are collected into one message, and the maximum size of a message. */
const TOGETHER_MS = 100;
const BATCH_BYTES = 65_536;
const BATCH_LINES = 1_000;
/** The pause between the remaining messages at the end of a run. */
const PAUSE_MS = 5;
/** The maximum length of a string that is read. */
const MAX_READ_CHARS = SKILL_LIMITS.maxCallBytes;
const LOG_END = 'The log has reached its limit. Further lines are dropped.';

/** A waiting line, with its line ending. */
interface Line {
  readonly stream: LogPiece['stream'];
  readonly text: string;
  readonly bytes: number;
}

/**
 * The log of one run. The log is limited in bytes and lines, and is sent in a small number of messages. This object is on the thread's side
 * of the sandbox, where the code cannot replace it.
 */
export class LogOutput {
  private waiting: Line[] = [];
  private bytes = 0;
  private lines = 0;
  private isFull = false;
  private timer: NodeJS.Timeout | null = null;
  private sentAt = performance.now();

  constructor(private readonly send: (pieces: readonly LogPiece[]) => void) {}

  /** Adds one or more lines. The text is not read when the log is full. */
  add(stream: LogPiece['stream'], read: ReadText): void {
    if (this.isFull) return;
    for (const line of shown(read(MAX_READ_CHARS)).split(/\r\n|\n|\r/)) this.addLine(stream, `${line}\n`);
    // Code that never waits prevents timers from firing.
    if (performance.now() - this.sentAt >= TOGETHER_MS) this.sendSome();
    else this.timer ??= setTimeout(() => this.sendSome(), TOGETHER_MS);
  }

  /** Sends all waiting lines in several messages, so that the receiver never has to handle all of them at the same time. */
  async end(): Promise<void> {
    this.isFull = true;
    while (this.waiting.length > 0) {
      this.sendSome();
      if (this.waiting.length > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    clearTimeout(this.timer ?? undefined);
  }

  private addLine(stream: LogPiece['stream'], text: string): void {
    if (this.isFull) return;
    const bytes = Buffer.byteLength(text);
    this.isFull = this.bytes + bytes > SKILL_LIMITS.maxLogBytes || this.lines >= SKILL_LIMITS.maxLogLines;
    if (this.isFull) {
      this.waiting.push({ stream: 'stderr', text: `${LOG_END}\n`, bytes: LOG_END.length + 1 });
      return;
    }
    this.bytes += bytes;
    this.lines += 1;
    this.waiting.push({ stream, text, bytes });
  }

  private sendSome(): void {
    clearTimeout(this.timer ?? undefined);
    this.timer = null;
    this.sentAt = performance.now();
    const batch = this.takeBatch();
    if (batch.length > 0) this.send(joined(batch));
    if (this.waiting.length > 0 && !this.isFull) this.timer = setTimeout(() => this.sendSome(), TOGETHER_MS);
  }

  private takeBatch(): readonly Line[] {
    let count = 0;
    let bytes = 0;
    for (const line of this.waiting) {
      if (count >= BATCH_LINES || (count > 0 && bytes + line.bytes > BATCH_BYTES)) break;
      count += 1;
      bytes += line.bytes;
    }
    return this.waiting.splice(0, count);
  }
}

function shown(text: string | null): string {
  const { maxLogLineChars: most } = SKILL_LIMITS;
  if (text === null) return '[a line too long to be shown]';
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

/** Joins consecutive lines of one stream into one piece. */
function joined(lines: readonly Line[]): readonly LogPiece[] {
  const pieces: { stream: LogPiece['stream']; text: string }[] = [];
  for (const { stream, text } of lines) {
    const last = pieces.at(-1);
    if (last?.stream === stream) last.text += text;
    else pieces.push({ stream, text });
  }
  return pieces;
}
