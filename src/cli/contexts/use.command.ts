import { readEnvironment } from '../../kernel/config/environment';
import { type Command, CommandFault, type ExitCode } from '../command';
import { parseOptions } from '../options';
import { changeContexts, contextNamed } from './contexts';

/** `coresdk context use <name>` */
export const contextUse: Command = {
  usage: `Usage: coresdk context use <name>

For one command, use --context instead; for one shell, set CPOD_CONTEXT.

Example:
  coresdk context use acme

Exits 1 if there is no such context.`,
  async run(args, terminal): Promise<ExitCode> {
    const [name, ...more] = parseOptions(args, {}).positionals;
    if (name === undefined || more.length > 0) throw new CommandFault('Name one context.', true);
    const environment = readEnvironment();
    const { url, tenant } = contextNamed(name, environment);
    await changeContexts(environment, (before) => ({ ...before, current: name }));
    terminal.err(`The current context is "${name}": the tenant ${tenant} at ${url}.\n`);
    return 0;
  },
};
