import type { PolicySource } from '../policy-engine.js';

/**
 * Exit codes: 0 for success; 1 if the command could not run (compile errors, unreadable files); 2 if it ran, but tests failed or files
 * differ.
 */
export type ExitCode = 0 | 1 | 2;

/** The output of a command. Standard output contains only the result, so that it can be piped. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** One command, such as `check`. */
export interface RegoCommand {
  readonly name: string;
  readonly summary: string;
  /** Shown by `--help` and after a usage error: the synopsis, then the options. */
  readonly usage: string;
  run(args: readonly string[], terminal: Terminal): ExitCode | Promise<ExitCode>;
}

/** An error in the command line or the input. Only its message is shown. */
export class RegoCommandFault extends Error {
  constructor(
    message: string,
    /** True if the usage should be shown with the message. */
    readonly showUsage: boolean = false,
  ) {
    super(message);
    this.name = 'RegoCommandFault';
  }
}

/** Modules and data that were read from files. */
export interface PolicyFiles {
  /** Modules, each with its path as a user would write it. */
  readonly sources: readonly PolicySource[];
  readonly data: Readonly<Record<string, unknown>>;
}

/** Settings for the commands, used by programs that offer them under their own name. */
export interface CommandSetting {
  /** The program name that precedes the name of a command, such as `rego`. */
  readonly program: string;
  /** The default of `eval --format`. */
  readonly evalFormat: 'json' | 'raw';
  /** Reads files, folders and bundles. In bundles, only `data.json` and `data.yaml` are data. Errors: `RegoCommandFault`. */
  readonly read: (named: {
    readonly paths: readonly string[];
    readonly bundles: readonly string[];
  }) => Promise<PolicyFiles>;
}
