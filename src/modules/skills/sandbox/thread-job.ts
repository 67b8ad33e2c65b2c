import type { JsonValue } from '../../jobs/contract/job.types';

/** Something that is wrong with what was sent, at a JSON Pointer into it. */
export interface SkillFault {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

/** Checks a definition: its schemas, and that its modules are ES modules that find each other. */
export interface CheckJob {
  readonly kind: 'check';
  readonly inputSchema: string;
  readonly outputSchema: string;
  /** Sources by path, with the JSON Pointer where each was sent; `null` for what is not code. */
  readonly sources: Readonly<
    Record<string, { readonly text: string; readonly isTypescript: boolean; readonly pointer: string }>
  > | null;
}

/** Checks whether a JSON text fits a schema. */
export interface FitJob {
  readonly kind: 'fit';
  readonly schema: string;
  readonly value: string;
  /** Put before the pointers of faults. */
  readonly pointer: string;
}

/** Runs code in a sandbox of its own. Texts are JSON. */
export interface RunJob {
  readonly kind: 'run';
  readonly modules: Readonly<Record<string, string>>;
  readonly main: string;
  readonly input: string;
  readonly inputSchema: string;
  readonly outputSchema: string;
  /** Which capabilities the code is given. */
  readonly capabilities: readonly string[];
  /** What the code is told of itself: names, version, run. */
  readonly about: Readonly<Record<string, string | number>>;
  readonly cpuMs: number;
  readonly wallMs: number;
}

export type ThreadJob = CheckJob | FitJob | RunJob;

/** Why code was stopped. */
export type StopReason = 'cpu' | 'wall' | 'cancelled';

export type ThreadOutcome =
  | {
      readonly kind: 'checked';
      readonly faults: readonly SkillFault[];
      readonly code: Readonly<Record<string, string>> | null;
    }
  | { readonly kind: 'fit'; readonly faults: readonly SkillFault[] }
  | { readonly kind: 'output'; readonly value: string }
  | { readonly kind: 'misfit'; readonly of: 'input' | 'output'; readonly faults: readonly SkillFault[] }
  /** The code threw, or ended without a result. */
  | { readonly kind: 'thrown'; readonly message: string }
  | { readonly kind: 'stopped'; readonly why: StopReason }
  | { readonly kind: 'limit'; readonly message: string };

/** Whole lines of one stream of a log. */
export interface LogPiece {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** How far code says it is. */
export interface SkillProgress {
  readonly stage?: string;
  /** 0–100. */
  readonly percent?: number;
  readonly detail?: JsonValue;
}

/** A message of a thread in the middle of a run. */
export type ThreadMessage =
  | { readonly kind: 'call'; readonly id: number; readonly name: string; readonly args: readonly unknown[] }
  | { readonly kind: 'log'; readonly pieces: readonly LogPiece[] }
  | { readonly kind: 'progress'; readonly progress: SkillProgress };

/** The answer to a call: a value that can be JSON, one that is JSON text already, or an error for the code. */
export type CallAnswer =
  | { readonly value: unknown }
  | { readonly json: string }
  | { readonly refusal: { readonly code: string; readonly message: string } };

/** The reply to a call. `hostMs` is the processor time that it took on the other side. */
export interface ThreadReply {
  readonly id: number;
  readonly answer: CallAnswer;
  readonly hostMs: number;
}

/** The payload of a task. `cancelled` is memory that both sides see: 1 in its first place ends the run. */
export interface SkillTask {
  readonly job: ThreadJob;
  readonly cancelled: Int32Array;
}

/** Settings of threads in which code runs. */
export interface SkillThreadSettings {
  /** Memory of a sandbox. */
  readonly memoryBytes: number;
}
