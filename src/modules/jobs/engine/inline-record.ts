import { JOB_LIMITS } from '../contract/job-limits';
import type { JobRefusal } from '../contract/job-runner';
import type { Job } from '../contract/job.types';
import type { RunEnd, RunReport } from '../storage/dispatch.repository';
import type { InlineInsert, PastEvent } from '../storage/inline-jobs.repository';
import type { LogSink } from '../run/run-ports';
import type { LogPiece } from '../storage/logs.repository';
import type { RunRecord } from './attempts';
import type { RunReporter } from './run-reports';

/** A larger log is written immediately, even if a caller is waiting, because only short runs are kept in memory. */
const MOST_LOG_BYTES = 262_144;

/** The parts of a run that are kept in memory before it is written. */
export type UnwrittenRun = Pick<
  InlineInsert,
  'ageMs' | 'events' | 'percent' | 'stage' | 'progressEvents' | 'pieces' | 'end'
>;

interface InlineRecordOptions {
  readonly executorId: string;
  readonly image: string;
  /** Writes the run with all its buffered data. Called once. */
  readonly write: (run: UnwrittenRun) => Promise<Job>;
  /** Called when the run has been written and continues. */
  readonly kept: () => void;
  /** Called when the run could not be written and must end. */
  readonly lost: () => void;
  /** Receives all later reports. */
  readonly reports: RunReporter;
  readonly logs: LogSink;
}

/**
 * The reports of a run before its job exists. They stay in memory until the run is written, either at its end or while it continues. Later
 * reports go to the database.
 */
export class InlineRecord implements RunRecord {
  private readonly begunAt = performance.now();
  private readonly events: PastEvent[] = [];
  private readonly pieces: LogPiece[] = [];
  private percent = 0;
  private stage = '';
  private progressEvents = 0;
  private logBytes = 0;
  private written: Promise<Job> | null = null;
  private refused: JobRefusal | null = null;

  constructor(private readonly options: InlineRecordOptions) {
    this.note('created', { image: options.image });
    this.note('scheduled', { node: options.executorId, attempt: 1 });
    this.note('started', {});
  }

  /** The job as it was written; `null` until then. */
  get job(): Promise<Job> | null {
    return this.written;
  }

  /**
   * Writes the run as a run that continues, unless it has already been written.
   * @returns the job as it was written. Errors: `unavailable`.
   */
  keep(): Promise<Job> {
    this.written ??= this.options.write(this.unwritten(null)).then(
      (job) => {
        this.options.kept();
        return job;
      },
      (error: unknown) => {
        this.options.lost();
        throw error;
      },
    );
    return this.written;
  }

  /** Records that the run has been written in the form that {@link unwritten} returned. */
  keptAs(job: Job): void {
    this.written = Promise.resolve(job);
    this.options.kept();
  }

  /**
   * Returns the parts of the run to write now.
   * @param end the end of the run; `null` when the run continues.
   */
  unwritten(end: RunEnd | null): UnwrittenRun {
    const { events, percent, stage, progressEvents, pieces } = this;
    return { ageMs: this.ageMs, events: [...events], percent, stage, progressEvents, pieces: [...pieces], end };
  }

  async report(report: RunReport): Promise<void> {
    if (this.written === null && report.kind === 'progress') return this.noteProgress(report);
    await this.keep();
    await this.options.reports.report(report);
  }

  /** The reason why no job was created. */
  get refusal(): JobRefusal | null {
    return this.refused;
  }

  refuse(refusal: JobRefusal): boolean {
    if (this.written !== null) return false;
    this.refused = refusal;
    return true;
  }

  async writeWithRetry(what: RunReport | RunEnd, signal: AbortSignal): Promise<void> {
    if (this.written === null && 'state' in what) {
      this.written = this.options.write(this.unwritten(what));
      await this.written;
      return;
    }
    await this.keep();
    await this.options.reports.writeWithRetry(what, signal);
  }

  async write(piece: LogPiece): Promise<boolean> {
    if (this.written === null && this.logBytes + piece.content.length <= MOST_LOG_BYTES) {
      this.logBytes += piece.content.length;
      this.pieces.push(piece);
      return true;
    }
    await this.keep();
    return this.options.logs.write(piece);
  }

  private get ageMs(): number {
    return performance.now() - this.begunAt;
  }

  private note(type: PastEvent['type'], data: object): void {
    this.events.push({ type, data, atMs: this.ageMs });
  }

  /** Records progress as the database would. */
  private noteProgress({ percent, stage, detail }: Extract<RunReport, { kind: 'progress' }>): void {
    this.percent = Math.max(this.percent, percent ?? 0);
    this.stage = stage ?? this.stage;
    if (this.progressEvents >= JOB_LIMITS.maxProgressEvents) return;
    this.progressEvents += 1;
    this.note('progress', { stage: this.stage, percent: this.percent, detail });
  }
}
