import { benchCommand } from './cli/bench.js';
import { checkCommand } from './cli/check.js';
import type { CommandSetting, RegoCommand } from './cli/command.js';
import { evalCommand } from './cli/eval.js';
import { fmtCommand } from './cli/fmt.js';
import { testCommand } from './cli/test.js';

export {
  type CommandSetting,
  type ExitCode,
  type RegoCommand,
  RegoCommandFault,
  type Terminal,
} from './cli/command.js';

/** Returns the `rego` commands, for a program with its own way of reading files. */
export function regoCommands(setting: CommandSetting): readonly RegoCommand[] {
  return [testCommand, evalCommand, checkCommand, fmtCommand, benchCommand].map((command) => command(setting));
}
