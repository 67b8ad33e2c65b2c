import type { JsonValue } from '../../jobs/contract/job.types';
import { JOB_LIMITS } from '../../jobs/contract/job-limits';

interface Progress {
  readonly stage?: string;
  readonly percent?: number;
  readonly detail?: JsonValue;
}

/** What code tells of its progress, as far as it is one. @param text JSON of the code's making, perhaps cut off. */
export function progressOf(text: string): Progress {
  let told: unknown;
  try {
    told = JSON.parse(text);
  } catch {
    return {};
  }
  if (typeof told !== 'object' || told === null) return {};
  const { percent, stage, detail } = told as Readonly<Record<string, unknown>>;
  return {
    ...(typeof percent === 'number' ? { percent: Math.min(100, Math.max(0, percent)) } : {}),
    ...(typeof stage === 'string'
      ? { stage: stage.slice(0, JOB_LIMITS.maxStageChars).replaceAll('\0', '').toWellFormed() }
      : {}),
    ...(detail === undefined ? {} : { detail: detail as JsonValue }),
  };
}
