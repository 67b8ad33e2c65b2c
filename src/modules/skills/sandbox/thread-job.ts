import type { JsonValue } from '../../jobs/contract/job.types';

/** A fault in the request, with its JSON Pointer. */
export interface SkillFault {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

/** Checks the schemas of a definition, and checks that its modules are ES modules that can import each other. */
export interface CheckJob {
  readonly kind: 'check';
  readonly inputSchema: string;
  readonly outputSchema: string;
  /** The sources by path, each with its JSON Pointer; `null` for files that are not code. */
  readonly sources: Readonly<
    Record<string, { readonly text: string; readonly isTypescript: boolean; readonly pointer: string }>
  > | null;
}

/** Checks a JSON text against a schema. */
export interface FitJob {
  readonly kind: 'fit';
  readonly schema: string;
  readonly value: string;
  /** The prefix of the JSON Pointers in faults. */
  readonly pointer: string;
}

/** Runs code in a separate sandbox. Strings are JSON texts. */
export interface RunJob {
  readonly kind: 'run';
  readonly modules: Readonly<Record<string, string>>;
  readonly main: string;
  readonly input: string;
  readonly inputSchema: string;
  readonly outputSchema: string;
  /** The capabilities of the code. */
  readonly capabilities: readonly string[];
  /** The metadata for the code, such as the names, the version and the run. */
  readonly about: Readonly<Record<string, string | number>>;
  readonly cpuMs: number;
  readonly wallMs: number;
}

export type ThreadJob = CheckJob | FitJob | RunJob;

/** The reason why code was stopped. */
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
  /** The code threw an error, or ended without a result. */
  | { readonly kind: 'thrown'; readonly message: string }
  | { readonly kind: 'stopped'; readonly why: StopReason }
  | { readonly kind: 'limit'; readonly message: string };

/** Complete lines of one log stream. */
export interface LogPiece {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** The progress that code reports. */
export interface SkillProgress {
  readonly stage?: string;
  /** Progress from 0 to 100. */
  readonly percent?: number;
  readonly detail?: JsonValue;
}

/** A message that a thread sends during a run. */
export type ThreadMessage =
  | { readonly kind: 'call'; readonly id: number; readonly name: string; readonly args: readonly unknown[] }
  | { readonly kind: 'log'; readonly pieces: readonly LogPiece[] }
  | { readonly kind: 'progress'; readonly progress: SkillProgress };

/** The result of a call: a value that can be converted to JSON, a JSON text, or an error for the code. */
export type CallAnswer =
  | { readonly value: unknown }
  | { readonly json: string }
  | { readonly refusal: { readonly code: string; readonly message: string } };

/** The reply to a call. `hostMs` is the processor time that the host spent on it. */
export interface ThreadReply {
  readonly id: number;
  readonly answer: CallAnswer;
  readonly hostMs: number;
}

/** The payload of a task. `cancelled` is shared memory; a 1 in its first element ends the run. */
export interface SkillTask {
  readonly job: ThreadJob;
  readonly cancelled: Int32Array;
}

/** Settings of threads in which code runs. */
export interface SkillThreadSettings {
  /** The memory of a sandbox. */
  readonly memoryBytes: number;
}
