import { type Command, type CommandEntry, CommandFault } from '../../src/cli/command';

/** The result of a command. */
export interface CommandRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs a command in the same way as `coresdk`, but in this process.
 * @param answer the answer that the user types at the terminal; if omitted, there is no terminal.
 */
export async function runCommand(
  command: Command | CommandEntry,
  args: readonly string[],
  answer?: (question: string) => string,
): Promise<CommandRun> {
  let [out, err] = ['', ''];
  const terminal = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
    ...(answer ? { ask: (question: string) => Promise.resolve(answer(question)) } : {}),
  };
  try {
    const loaded = 'load' in command ? await command.load() : command;
    return { code: await loaded.run(args, terminal), out, err };
  } catch (thrown) {
    if (!CommandFault.is(thrown)) throw thrown;
    return { code: 1, out, err: err + thrown.message };
  }
}
