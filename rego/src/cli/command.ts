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
    /** True when the usage should be shown with the message. */
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

/** The setting of the commands, which other programs offer under their own name. */
export interface CommandSetting {
  /** The words before the name of a command, such as `rego`. */
  readonly program: string;
  /** The default of `eval --format`. */
  readonly evalFormat: 'json' | 'raw';
  /**
   * Reads files and folders, and bundles, in which only `data.json` and `data.yaml` are data.
   * Errors: `RegoCommandFault`.
   */
  readonly read: (named: {
    readonly paths: readonly string[];
    readonly bundles: readonly string[];
  }) => Promise<PolicyFiles>;
}
