import { JOB_LIMITS } from '../../../jobs/contract/job-limits';
import { SKILL_LIMITS } from '../../contract/skill-limits';
import { jsonLevels } from '../../domain/json-shape';
import type { SkillProgress } from '../thread-job';

/** The minimum interval between progress messages. */
const TOGETHER_MS = 100;

/** The progress that one run reports. Its size and rate are limited on the thread's side of the sandbox. */
export class ProgressOutput {
  private sentAt = -TOGETHER_MS;
  private unsent: SkillProgress | null = null;
  private bytes = 0;

  constructor(private readonly send: (progress: SkillProgress) => void) {}

  /** @param text JSON from the code; `null` when the JSON has too many characters. @returns false if the progress is too large. */
  add(text: string | null): boolean {
    if (text === null) return false;
    if (jsonLevels(text) > SKILL_LIMITS.maxValueLevels) return false;
    this.unsent = { ...this.unsent, ...progressOf(text) };
    if (performance.now() - this.sentAt >= TOGETHER_MS) this.end();
    return true;
  }

  /** Sends the progress that has not been sent yet. */
  end(): void {
    if (this.unsent === null) return;
    const { detail, ...rest } = this.unsent;
    this.unsent = null;
    this.sentAt = performance.now();
    this.bytes += detail === undefined ? 0 : Buffer.byteLength(JSON.stringify(detail));
    const hasRoom = this.bytes <= SKILL_LIMITS.maxProgressBytes;
    this.send(detail === undefined || !hasRoom ? rest : { ...rest, detail });
  }
}

/** Returns the valid members of the progress that code reports. */
function progressOf(text: string): SkillProgress {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {};
  }
  if (typeof value !== 'object' || value === null) return {};
  const { percent, stage, detail } = value as Readonly<Record<string, unknown>>;
  return {
    ...(typeof percent === 'number' ? { percent: Math.min(100, Math.max(0, percent)) } : {}),
    ...(typeof stage === 'string'
      ? { stage: stage.slice(0, JOB_LIMITS.maxStageChars).replaceAll('\0', '').toWellFormed() }
      : {}),
    ...(detail === undefined ? {} : { detail: detail as NonNullable<SkillProgress['detail']> }),
  };
}
