/**
 * Exit codes. 0: success. 1: the command failed (for example, because of compile errors or invalid files). 2: it ran, and tests failed or
 * files differ.
 */
export type ExitCode = 0 | 1 | 2;

/** The styles of text: headings, and words that mean success, attention or failure. */
export type TextStyle = 'bold' | 'dim' | 'green' | 'yellow' | 'red';

/** The output of a command. Standard output contains only the result, so that you can pipe it. */
export interface Terminal {
  readonly out: (text: string) => void;
  /** Writes content that need not be text; omitted where only text can be written. */
  readonly bytes?: (content: Uint8Array) => void;
  readonly err: (text: string) => void;
  /** The width of standard output, in columns; omitted if it is not a terminal, so that nothing is shortened for programs. */
  readonly columns?: number;
  /** Adds a style to text for standard output; omitted if it is never styled. */
  readonly style?: (style: TextStyle, text: string) => string;
  /** Asks the person at the terminal a question; omitted if there is no terminal. */
  readonly ask?: (question: string) => Promise<string>;
}

/** One command of `npx coresdk`, such as `policy check`, as help lists it. */
export interface CommandEntry {
  /** One or two words. */
  readonly name: string;
  readonly summary: string;
  /** Loads the file of the command. */
  readonly load: () => Promise<Command>;
}

/** A command that can run. */
export interface Command {
  /** Help for `--help` and usage faults: the synopsis, then the options. */
  readonly usage: string;
  run(args: readonly string[], terminal: Terminal): ExitCode | Promise<ExitCode>;
}

/** A command with its entry. */
export type LoadedCommand = Command & Pick<CommandEntry, 'name' | 'summary'>;

/** A fault in a command's arguments or input. Only its message is shown. */
export class CommandFault extends Error {
  /** Marks a fault. Unlike `instanceof`, it holds for the copies of the class in the files of large commands in the bundle. */
  readonly isCommandFault = true;

  constructor(
    message: string,
    /** Shows the synopsis after the message. */
    readonly showUsage: boolean = false,
  ) {
    super(message);
    this.name = 'CommandFault';
  }

  static is(thrown: unknown): thrown is CommandFault {
    return thrown instanceof Error && 'isCommandFault' in thrown;
  }
}
