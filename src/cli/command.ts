/**
 * Exit codes: 0 success; 1 the command could not do its work (compile errors, invalid files); 2 it did, and tests failed or files differ.
 */
export type ExitCode = 0 | 1 | 2;

/** The output of a command. Standard output has only the result, so that it can be piped. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Asks the person at the terminal; omitted when there is none. */
  readonly ask?: (question: string) => Promise<string>;
}

/** One command of `npx coresdk`, such as `policy check`. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Shown by `--help` and after a usage fault: the synopsis, then the options. */
  readonly usage: string;
  run(args: readonly string[], terminal: Terminal): ExitCode | Promise<ExitCode>;
}

/** A fault in how a command was called, or in its input. Only its message is shown. */
export class CommandFault extends Error {
  constructor(
    message: string,
    /** Shows the synopsis after the message. */
    readonly showUsage: boolean = false,
  ) {
    super(message);
    this.name = 'CommandFault';
  }
}
