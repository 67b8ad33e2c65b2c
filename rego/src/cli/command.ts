import type { PolicySource } from '../policy-engine.js';

/** Exit codes: 0 done; 1 the command could not do its work (compile errors, bad files); 2 it did, and tests failed or files differ. */
export type ExitCode = 0 | 1 | 2;

/** Where a command writes. Standard output has the result alone, so that it can be piped. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** One command, such as `check`. */
export interface RegoCommand {
  readonly name: string;
  readonly summary: string;
  /** Shown by `--help` and after a usage fault: the synopsis, then the options. */
  readonly usage: string;
  run(args: readonly string[], terminal: Terminal): ExitCode | Promise<ExitCode>;
}

/** A fault in how a command was called, or in what it was given; its message is all that is shown. */
export class RegoCommandFault extends Error {
  constructor(
    message: string,
    /** Whether the synopsis helps. */
    readonly showUsage: boolean = false,
  ) {
    super(message);
    this.name = 'RegoCommandFault';
  }
}

/** Modules and data as they stand in files. */
export interface PolicyFiles {
  /** Each with its path as the person would write it. */
  readonly sources: readonly PolicySource[];
  readonly data: Readonly<Record<string, unknown>>;
}

/** What the commands depend on: they are those of `rego`, and of programs around it. */
export interface CommandSetting {
  /** What a person types before the name of a command. */
  readonly program: string;
  /** The form of results when none is asked for. */
  readonly evalFormat: 'json' | 'raw';
  /**
   * Reads what a person names: files and folders as data, and bundles, in which only `data.json` and `data.yaml` are data.
   * Errors: `RegoCommandFault`.
   */
  readonly read: (named: {
    readonly paths: readonly string[];
    readonly bundles: readonly string[];
  }) => Promise<PolicyFiles>;
}
