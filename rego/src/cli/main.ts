#!/usr/bin/env node
import { type ExitCode, RegoCommandFault, regoCommands } from '../commands.js';
import { readFiles } from './read-files.js';
import { runCommand } from './run.js';

const COMMANDS = [...regoCommands({ program: 'rego', evalFormat: 'json', read: readFiles }), runCommand];
const OVERVIEW = `Usage: rego <command> [options]

${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(8)}${summary}`).join('\n')}

rego <command> --help shows the options.
`;
const terminal = {
  out: (text: string): void => void process.stdout.write(text),
  err: (text: string): void => void process.stderr.write(text),
};
const isHelp = (word: string): boolean => word === '--help' || word === '-h';

async function main([name = '--help', ...args]: readonly string[]): Promise<ExitCode> {
  const command = COMMANDS.find((one) => one.name === name);
  if (command === undefined) {
    if (isHelp(name)) terminal.out(OVERVIEW);
    else terminal.err(`There is no command "${name}".\n\n${OVERVIEW}`);
    return isHelp(name) ? 0 : 1;
  }
  if (args.some(isHelp)) {
    terminal.out(`${command.summary}\n\n${command.usage}\n`);
    return 0;
  }
  try {
    return await command.run(args, terminal);
  } catch (thrown) {
    if (!(thrown instanceof RegoCommandFault)) throw thrown;
    terminal.err(`${thrown.message}\n${thrown.showUsage ? `\n${command.usage}\n` : ''}`);
    return 1;
  }
}

// A reader that stops early (`| head`) closes the pipe; that is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
