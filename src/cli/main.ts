import { requireNode } from '../kernel/config/require-node';
import { type Command, CommandFault, type ExitCode, type Terminal } from './command';
import { auditAnchor } from './audit/anchor.command';
import { auditVerify } from './audit/verify.command';
import { backup } from './backup/backup.command';
import { restore } from './backup/restore.command';
import { conformanceFlags } from './conformance/flags.command';
import { conformanceMerkle } from './conformance/merkle.command';
import { conformancePii } from './conformance/pii.command';
import { conformanceRego } from './conformance/rego.command';
import { doctor } from './doctor/doctor.command';
import { policyBench } from './policy/bench.command';
import { policyCheck } from './policy/check.command';
import { policyEval } from './policy/eval.command';
import { policyFmt } from './policy/fmt.command';
import { policyTest } from './policy/test.command';
import { skillsInit } from './skills/init.command';
import { skillsLogs } from './skills/logs.command';
import { skillsPush } from './skills/push.command';
import { skillsRun } from './skills/run.command';
import { skillsTest } from './skills/test.command';
import { workflowsGraph } from './workflows/graph.command';
import { workflowsLogs } from './workflows/logs.command';
import { workflowsPush } from './workflows/push.command';
import { workflowsRun } from './workflows/run.command';
import { workflowsValidate } from './workflows/validate.command';

const COMMANDS: readonly Command[] = [
  doctor,
  backup,
  restore,
  policyTest,
  policyEval,
  policyCheck,
  policyFmt,
  policyBench,
  skillsInit,
  skillsTest,
  skillsPush,
  skillsRun,
  skillsLogs,
  workflowsValidate,
  workflowsPush,
  workflowsRun,
  workflowsGraph,
  workflowsLogs,
  auditVerify,
  auditAnchor,
  conformanceRego,
  conformancePii,
  conformanceFlags,
  conformanceMerkle,
];

const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length)) + 2;
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`);
  return `Usage: coresdk <command> [options]\n\n${lines.join('\n')}\n\n"coresdk <command> --help" tells more.\n`;
}

/** Names have one word or two. */
function findCommand(args: readonly string[]): Command | undefined {
  return (
    COMMANDS.find(({ name }) => name === args[0]) ?? COMMANDS.find(({ name }) => name === args.slice(0, 2).join(' '))
  );
}

async function main(args: readonly string[]): Promise<ExitCode> {
  const command = findCommand(args);
  if (!command) {
    const asked = args.length === 0 || args[0] === '--help' || args[0] === '-h';
    (asked ? terminal.out : terminal.err)(
      asked ? overview() : `There is no command "${args.slice(0, 2).join(' ')}".\n\n${overview()}`,
    );
    return asked ? 0 : 1;
  }
  const own = args.slice(command.name.split(' ').length);
  if (own.includes('--help') || own.includes('-h')) {
    terminal.out(`${command.summary}\n\n${command.usage}\n`);
    return 0;
  }
  try {
    return await command.run(own, terminal);
  } catch (thrown) {
    if (!(thrown instanceof CommandFault)) throw thrown;
    terminal.err(`${thrown.message}\n${thrown.showUsage ? `\n${command.usage}\n` : ''}`);
    return 1;
  }
}

requireNode();
// A reader that has seen enough (`| head`) closes the pipe; that is no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
