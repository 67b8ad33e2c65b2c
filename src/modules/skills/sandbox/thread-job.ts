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

/** What a thread posts. `isSpent`: it is to be ended, as what it ran may have left something broken in it. */
export type ThreadMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'call'; readonly id: number; readonly name: string; readonly args: readonly unknown[] }
  | { readonly kind: 'log'; readonly pieces: readonly LogPiece[] }
  | { readonly kind: 'progress'; readonly progress: SkillProgress }
  | { readonly kind: 'done'; readonly outcome: ThreadOutcome; readonly isSpent: boolean };

/** The answer to a call: a value that can be JSON, one that is JSON text already, or an error for the code. */
export type CallAnswer =
  | { readonly value: unknown }
  | { readonly json: string }
  | { readonly refusal: { readonly code: string; readonly message: string } };

/** An order for a thread. `hostMs` is the processor time that the call took on the other side. */
export type ThreadOrder =
  | { readonly kind: 'job'; readonly job: ThreadJob; readonly owner: string; readonly flags: Int32Array }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: CallAnswer; readonly hostMs: number }
  | { readonly kind: 'cancel' };

/** Places in the memory that both sides of a thread see. */
export const FLAGS = {
  /** 1: the run is to end. */
  cancelled: 0,
  /** Milliseconds since the job was posted at which the code that runs now was entered, plus 1; 0 while none runs. */
  busySince: 1,
  /** Milliseconds of all that ran before. */
  busyBefore: 2,
  count: 3,
} as const;

/** What every thread is made with. */
export interface ThreadData {
  readonly memoryBytes: number;
}
