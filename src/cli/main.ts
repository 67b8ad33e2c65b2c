import { createInterface } from 'node:readline/promises';
import { isatty } from 'node:tty';
import { productVersion } from '../kernel/config/project-root';
import { requireNode } from '../kernel/config/require-node';
import { type CommandEntry, CommandFault, type ExitCode, type Terminal } from './command';
import { COMMANDS } from './commands';
import { suggestion } from './nearest';
import { appearanceOf } from './operations/appearance';
import { visible, visibleLines } from './visible';

const HELP: ReadonlySet<string> = new Set(['--help', '-h', 'help']);
const VERSION: ReadonlySet<string> = new Set(['--version', '-v', 'version']);
// Not `process.stdin`: it makes a pipe non-blocking, and `readInput` reads the entire pipe synchronously.
const isAttended = isatty(0) && isatty(2);
const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  bytes: (content) => void process.stdout.write(content),
  err: (text) => void process.stderr.write(text),
  ...appearanceOf(process.stdout),
  ...(isAttended ? { ask } : {}),
};

/** Asks the question on standard error, because standard output contains only the result. */
async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

/** Finds a command by its two-word or one-word name: `import keycloak` is a command beside `import`. */
function findCommand(args: readonly string[]): CommandEntry | undefined {
  return (
    COMMANDS.find(({ name }) => name === args.slice(0, 2).join(' ')) ?? COMMANDS.find(({ name }) => name === args[0])
  );
}

/** Returns the message for arguments that do not begin with a command. */
function unknownCommand(args: readonly string[]): string {
  const given = args.slice(0, 2).join(' ');
  const names = COMMANDS.map(({ name }) => name);
  const near =
    suggestion(given, names) || suggestion(args[0] ?? '', [...names, ...names.map((name) => name.split(' ')[0] ?? '')]);
  return `There is no command "${visible(given)}".${near}`;
}

async function main(args: readonly string[]): Promise<ExitCode> {
  if (VERSION.has(args[0] ?? '')) {
    terminal.out(`${productVersion()}\n`);
    return 0;
  }
  const entry = findCommand(args);
  if (!entry) {
    const [first, ...rest] = args;
    const group = COMMANDS.filter(({ name }) => name.startsWith(`${first} `));
    const isNamed = first === undefined || HELP.has(first) || group.length > 0;
    if (isNamed && rest.every((word) => HELP.has(word))) {
      terminal.out(overviewOf(group.length > 0 ? group : COMMANDS));
      return 0;
    }
    const shown = group.length > 0 ? overviewOf(group) : 'For all commands, use "coresdk --help".\n';
    terminal.err(`${unknownCommand(args)}\n\n${shown}`);
    return 1;
  }
  const own = args.slice(entry.name.split(' ').length);
  const command = await entry.load();
  if (own.includes('--help') || own.includes('-h')) {
    terminal.out(`${entry.summary}\n\n${command.usage}\n`);
    return 0;
  }
  try {
    return await command.run(own, terminal);
  } catch (thrown) {
    if (!CommandFault.is(thrown)) throw thrown;
    terminal.err(`${visibleLines(thrown.message)}\n${thrown.showUsage ? `\n${command.usage}\n` : ''}`);
    return 1;
  }
}

requireNode();
// A reader that has seen enough (`| head`) closes the pipe; that is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});

/** Returns the commands by group, in the order of each group's first command. */
function overviewOf(commands: readonly CommandEntry[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2;
  const groupOf = ({ name }: CommandEntry): string => (name.includes(' ') ? (name.split(' ')[0] ?? '') : '');
  const groups = Map.groupBy(commands, groupOf);
  const blocks = [...groups.values()].map((group) =>
    group.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}\n`).join(''),
  );
  return `Usage: coresdk <command> [options]\n\n${blocks.join('\n')}\nFor details, use "coresdk <command> --help". The version: "coresdk --version".\n`;
}
