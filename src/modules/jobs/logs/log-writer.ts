import type { Clock } from '../../../kernel/time/clock';
import { JOB_LIMITS } from '../contract/job-limits';
import { JobFailure, JobStop } from '../contract/job-runner';
import type { LogStream } from '../contract/job.types';
import { encodeLine } from '../domain/log-format';
import { LineSplitter } from '../domain/line-splitter';
import type { LogSink } from '../run/run-ports';

/** The delay before a line is stored, together with the lines that arrive in the meantime. */
const TOGETHER_MS = 150;

/** The run that writes the log, with its job and fence. */
export interface LogOwner {
  readonly tenantId: string;
  readonly jobId: string;
  readonly fence: number;
}

interface LogWriterOptions {
  readonly owner: LogOwner;
  /** The number of lines and bytes that earlier attempts have logged. */
  readonly size: { readonly lines: number; readonly bytes: number };
  /** The maximum size of the whole log. */
  readonly maxBytes: number;
  readonly commits: LogSink;
  readonly clock: Clock;
}

/**
 * Writes the log of one run. It groups lines into chunks, and stores a chunk when it is full or a moment after its first line. Writers wait
 * while one chunk is being stored and another one is full, so that a flood of output does not fill the memory.
 */
export class LogWriter {
  private readonly splitters = { stdout: new LineSplitter(), stderr: new LineSplitter() };
  private lines: Buffer[] = [];
  private waitingBytes = 0;
  private firstLine: number;
  private bytes: number;
  private storing: Promise<void> | null = null;
  /** The previous write. Pieces are written one after the other. */
  private turn: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | null = null;
  /** The reason why further pieces are refused. */
  private fault: Error | null = null;

  constructor(private readonly options: LogWriterOptions) {
    this.firstLine = options.size.lines;
    this.bytes = options.size.bytes;
  }

  /**
   * Accepts a piece. Resolves when there is room for more.
   * Errors: `JobFailure` with the reason `limit` if the log exceeds its size limit; `JobStop` if the job has moved to another worker;
   * `unavailable` if the database outage lasts too long. All later calls fail with the same error.
   */
  write(stream: LogStream, piece: string | Uint8Array): Promise<void> {
    return this.inTurn(async () => {
      for (const line of this.splitters[stream].add(piece)) await this.add(stream, line);
      this.storeSoon();
    });
  }

  /** Resolves when the whole log is durable. Errors: as for {@link write}. */
  close(): Promise<void> {
    return this.inTurn(async () => {
      for (const stream of ['stdout', 'stderr'] as const) {
        for (const line of this.splitters[stream].end()) await this.add(stream, line);
      }
      await this.store();
    });
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const next = this.turn.then(async () => {
      this.assertSound();
      await work();
      this.assertSound();
    });
    this.turn = next.catch(() => undefined);
    return next;
  }

  private async add(stream: LogStream, text: string): Promise<void> {
    const line = encodeLine(stream, this.options.clock.nowMs(), text);
    if (this.bytes + line.length > this.options.maxBytes) return this.endAtLimit();
    if (this.waitingBytes + line.length > JOB_LIMITS.logChunkBytes) await this.store();
    this.assertSound();
    this.push(line);
  }

  private push(line: Buffer): void {
    this.lines.push(line);
    this.waitingBytes += line.length;
    this.bytes += line.length;
  }

  private async endAtLimit(): Promise<void> {
    const message = `The log ends here: it has reached its limit of ${this.options.maxBytes} bytes.`;
    await this.store();
    this.push(encodeLine('stderr', this.options.clock.nowMs(), message));
    await this.store();
    this.fault ??= new JobFailure('limit', message, { mayRetry: false });
    this.assertSound();
  }

  private storeSoon(): void {
    if (this.lines.length === 0) return;
    this.timer ??= setTimeout(() => {
      this.timer = null;
      void this.store();
    }, TOGETHER_MS);
  }

  /** Stores the waiting chunk after the chunk that is being stored. Never rejects: an error becomes the writer's `fault`. */
  private async store(): Promise<void> {
    while (this.storing) await this.storing;
    if (this.lines.length === 0 || this.fault) return;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const { lines, firstLine } = this;
    this.lines = [];
    this.waitingBytes = 0;
    this.firstLine += lines.length;
    this.storing = this.commit(lines, firstLine).catch((error: unknown) => {
      this.fault ??= error instanceof Error ? error : new Error('The log could not be stored.', { cause: error });
    });
    await this.storing;
    this.storing = null;
  }

  private async commit(lines: readonly Buffer[], firstLine: number): Promise<void> {
    const { owner, commits } = this.options;
    const { tenantId, jobId, fence } = owner;
    const content = Buffer.concat(lines);
    const piece = { tenantId, jobId, fence, firstLine, lines: lines.length, content };
    if (!(await commits.write(piece))) throw new JobStop('lost');
  }

  private assertSound(): void {
    if (this.fault) throw this.fault;
  }
}
