import { JOB_LIMITS } from '../contract/job-limits';
import type { JsonValue } from '../contract/job.types';
import type { RunKey, RunReport } from '../storage/dispatch.repository';

/** The minimum interval between progress reports of one run. */
const TOGETHER_MS = 100;

export interface Progress {
  readonly stage?: string;
  readonly percent?: number;
  readonly detail?: JsonValue;
}

/** The progress of a run. Reports in quick succession are merged, the newest report wins, and reporting never delays the run. */
export class RunProgress {
  private told: Progress | null = null;
  private timer: NodeJS.Timeout | null = null;
  private telling: Promise<void> = Promise.resolve();

  constructor(
    private readonly run: RunKey,
    private readonly tell: (report: RunReport) => Promise<void>,
  ) {}

  note(progress: Progress): void {
    this.told = { ...this.told, ...progress };
    this.timer ??= setTimeout(() => void this.flush(), TOGETHER_MS);
  }

  /** Resolves when all recorded progress has been reported; a report that the database refuses is lost. */
  async flush(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const progress = this.told;
    this.told = null;
    // Sends only one report of a job at a time.
    if (progress !== null)
      this.telling = this.telling.then(() => this.tell(this.report(progress)).catch(() => undefined));
    await this.telling;
  }

  private report({ percent, stage, detail }: Progress): RunReport {
    const { tenantId, id, fence } = this.run;
    const isFit = detail !== undefined && Buffer.byteLength(JSON.stringify(detail)) <= JOB_LIMITS.maxDetailBytes;
    return {
      tenantId,
      id,
      fence,
      kind: 'progress',
      percent:
        percent === undefined || !Number.isFinite(percent) ? null : Math.trunc(Math.min(100, Math.max(0, percent))),
      stage: stage?.slice(0, JOB_LIMITS.maxStageChars) ?? null,
      detail: isFit ? detail : null,
    };
  }
}
