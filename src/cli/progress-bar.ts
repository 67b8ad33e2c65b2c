import type { Progress } from './../kernel/backup/dump-store';
import type { Terminal } from './command';
import { sizeOf } from './size';

const WIDTH = 24;
/** Minimum interval between writes to the terminal. */
const EVERY_MS = 100;

/** A progress bar on standard error; writes nothing if that is not a terminal. */
export class ProgressBar implements Progress {
  private total = 0;
  private sum = 0;
  private shownMs = 0;

  /** @param isShown whether standard error is a terminal */
  constructor(
    private readonly label: string,
    private readonly terminal: Terminal,
    private readonly isShown: boolean,
  ) {}

  expect(bytes: number): void {
    this.total += bytes;
  }

  done(bytes: number, what: string): void {
    this.sum += bytes;
    const nowMs = performance.now();
    if (!this.isShown || nowMs - this.shownMs < EVERY_MS) return;
    this.shownMs = nowMs;
    this.terminal.err(`\r\x1b[K${barOf(this.label, this.sum, this.total)}  ${what}`);
  }

  /** Removes the bar. */
  end(): void {
    if (this.isShown) this.terminal.err('\r\x1b[K');
  }
}

/** Returns text such as `backup  ██████──────  50%  3.1 MB`. */
function barOf(label: string, sum: number, total: number): string {
  const part = total > 0 ? Math.min(1, sum / total) : 0;
  const full = Math.round(part * WIDTH);
  const percent = String(Math.floor(part * 100)).padStart(3);
  return `${label}  ${'█'.repeat(full)}${'─'.repeat(WIDTH - full)} ${percent}%  ${sizeOf(sum)}`;
}
