import { RegoCommandFault, regoCommands, type RegoCommand } from '@coresdk/rego/commands';
import { type Command, CommandFault } from '../command';
import { readPolicyPaths } from './read-policy-paths';

/** Maps the option names in existing clients' scripts to the option names that `rego` uses. */
const OLDER: Readonly<Record<string, string>> = { '--bundle-dir': '--data', '--strict': '--strict-builtin-errors' };

/** `coresdk policy …`: the commands of `rego`, for folders in the format of tenants' bundles. */
export const POLICY_COMMANDS: readonly Command[] = regoCommands({
  program: 'coresdk policy',
  evalFormat: 'raw',
  read: ({ paths, bundles }) => readPolicyPaths([...paths, ...bundles]),
}).map(ofThisProgram);

function ofThisProgram(command: RegoCommand): Command {
  return {
    ...command,
    name: `policy ${command.name}`,
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
