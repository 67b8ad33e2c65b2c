import { RegoCommandFault, regoCommands, type RegoCommand } from '@coresdk/rego/commands';
import { type Command, CommandFault } from '../command';
import { readPolicyPaths } from './read-policy-paths';

/** Maps the option names in existing clients' scripts to the option names that `rego` uses. */
const OLDER: Readonly<Record<string, string>> = { '--bundle-dir': '--data', '--strict': '--strict-builtin-errors' };

const REGO_COMMANDS = regoCommands({
  program: 'coresdk policy',
  evalFormat: 'raw',
  read: ({ paths, bundles }) => readPolicyPaths([...paths, ...bundles]),
});

/** `coresdk policy <name>`: a command of `rego`, for folders in the format of tenants' bundles. */
export function policyCommand(name: string): Command {
  const command = REGO_COMMANDS.find((one) => one.name === name);
  if (command === undefined) throw new Error(`rego has no command ${name}.`);
  return ofThisProgram(command);
}

function ofThisProgram(command: RegoCommand): Command {
  return {
    usage: command.usage,
    async run(args, terminal) {
      try {
        return await command.run(args.map(asRegoHasIt), terminal);
      } catch (thrown) {
        if (!(thrown instanceof RegoCommandFault)) throw thrown;
        throw new CommandFault(thrown.message, thrown.showUsage);
      }
    },
  };
}

function asRegoHasIt(arg: string): string {
  const [name = '', ...value] = arg.split('=');
  return [OLDER[name] ?? name, ...value].join('=');
}
