/** Exit codes: 0 done; 1 the command could not do its work (compile errors, bad files); 2 it did, and tests failed or files differ. */
export type ExitCode = 0 | 1 | 2;

/** Where a command writes. Standard output has the result alone, so that it can be piped. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Asks whoever sits there; left out where nobody does. */
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

/** A fault in how a command was called, or in what it was given; its message is all that is shown. */
export class CommandFault extends Error {
  constructor(
    message: string,
    /** Whether the synopsis helps. */
    readonly showUsage: boolean = false,
  ) {
    super(message);
    this.name = 'CommandFault';
  }
}
