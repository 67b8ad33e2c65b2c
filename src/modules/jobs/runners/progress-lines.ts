import { StringDecoder } from 'node:string_decoder';
import { z } from 'zod';
import type { JobRun } from '../contract/job-runner';
import type { JsonValue } from '../contract/job.types';

/** The prefix of a line of standard output that reports progress; JSON follows. */
export const PROGRESS_WORD = '::coresdk-progress ';

/** The maximum length of a line. Longer lines are ignored; they would exceed `JOB_LIMITS.maxDetailBytes` anyway. */
const MAX_LINE_CHARS = 65_536;

const progress = z.object({
  stage: z.string().max(256).optional(),
  percent: z.number().min(0).max(100).optional(),
  detail: z.custom<JsonValue>(() => true).optional(),
});

/**
 * Finds a container's progress reports in its standard output: lines such as `::coresdk-progress {"percent":40,"stage":"resize"}`. They
 * stay in the log. Malformed reports are skipped.
 */
export class ProgressLines {
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';
  /** True within a line that is too long or does not begin with the prefix. */
  private isSkipping = false;

  constructor(private readonly tell: JobRun['progress']) {}

  /** Processes the next piece, of any length. */
  take(piece: Uint8Array | string): void {
    const text = typeof piece === 'string' ? piece : this.decoder.write(piece);
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!this.isSkipping) this.read(line);
      this.isSkipping = false;
    }
    if (this.isSkipping || !mayBecomeOne(this.rest)) {
      this.isSkipping = this.isSkipping || this.rest !== '';
      this.rest = '';
    }
  }

  private read(line: string): void {
    if (!line.startsWith(PROGRESS_WORD)) return;
    const report = progress.safeParse(parsed(line.slice(PROGRESS_WORD.length)));
    if (!report.success) return;
    const { stage, percent, detail } = report.data;
    this.tell({
      ...(stage === undefined ? {} : { stage }),
      ...(percent === undefined ? {} : { percent }),
      ...(detail === undefined ? {} : { detail }),
    });
  }
}

function mayBecomeOne(text: string): boolean {
  return text.length <= MAX_LINE_CHARS && (text.startsWith(PROGRESS_WORD) || PROGRESS_WORD.startsWith(text));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
