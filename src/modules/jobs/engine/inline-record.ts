import { JOB_LIMITS } from '../contract/job-limits';
import type { JobRefusal } from '../contract/job-runner';
import type { Job } from '../contract/job.types';
import type { RunEnd, RunReport } from '../storage/dispatch.repository';
import type { InlineInsert, PastEvent } from '../storage/inline-jobs.repository';
import type { LogSink } from '../run/run-ports';
import type { LogPiece } from '../storage/logs.repository';
import type { RunRecord } from './attempts';
import type { RunTelling } from './run-reports';

/** A log that is larger is written at once, whoever waits: memory is for what is over soon. */
const MOST_LOG_BYTES = 262_144;

/** What of a run is kept here before it is written. */
export type UnwrittenRun = Pick<
  InlineInsert,
  'ageMs' | 'events' | 'percent' | 'stage' | 'progressEvents' | 'pieces' | 'end'
>;

interface InlineRecordOptions {
  readonly executorId: string;
  readonly image: string;
  /** Writes the run with all that is kept of it; called once. */
  readonly write: (run: UnwrittenRun) => Promise<Job>;
  /** It was written and goes on. */
  readonly kept: () => void;
  /** It could not be written, and is to end. */
  readonly lost: () => void;
  /** Take what comes after that. */
  readonly reports: RunTelling;
  readonly logs: LogSink;
}

/**
 * What a run tells before it is a job: it is kept in memory until the run is written, with its end or while it goes on, and
 * goes to the store from then on.
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

  /** The job as it was written; `null` while it is not. */
  get job(): Promise<Job> | null {
    return this.written;
  }

  /** Writes it as a run that goes on, unless it is written. @returns the job as it was written. Errors: `unavailable`. */
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

  /** It has been written, as {@link unwritten} has it. */
  keptAs(job: Job): void {
    this.written = Promise.resolve(job);
    this.options.kept();
  }

  /** What is to be written of it now. @param end `null`: it goes on. */
  unwritten(end: RunEnd | null): UnwrittenRun {
    const { events, percent, stage, progressEvents, pieces } = this;
    return { ageMs: this.ageMs, events: [...events], percent, stage, progressEvents, pieces: [...pieces], end };
  }

  async tell(report: RunReport): Promise<void> {
    if (this.written === null && report.kind === 'progress') return this.noteProgress(report);
    await this.keep();
    await this.options.reports.tell(report);
  }

  /** Why it is no job. */
  get refusal(): JobRefusal | null {
    return this.refused;
  }

  refuse(refusal: JobRefusal): boolean {
    if (this.written !== null) return false;
    this.refused = refusal;
    return true;
  }

  async surely(what: RunReport | RunEnd, signal: AbortSignal): Promise<void> {
    if (this.written === null && 'state' in what) {
      this.written = this.options.write(this.unwritten(what));
      await this.written;
      return;
    }
    await this.keep();
    await this.options.reports.surely(what, signal);
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

  /** As the store would note it. */
  private noteProgress({ percent, stage, detail }: Extract<RunReport, { kind: 'progress' }>): void {
    this.percent = Math.max(this.percent, percent ?? 0);
    this.stage = stage ?? this.stage;
    if (this.progressEvents >= JOB_LIMITS.maxProgressEvents) return;
    this.progressEvents += 1;
    this.note('progress', { stage: this.stage, percent: this.percent, detail });
  }
}
