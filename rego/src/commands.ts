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

/** The commands of `rego`, for a program that reads files in its own way. */
export function regoCommands(setting: CommandSetting): readonly RegoCommand[] {
  return [testCommand, evalCommand, checkCommand, fmtCommand, benchCommand].map((command) => command(setting));
}
