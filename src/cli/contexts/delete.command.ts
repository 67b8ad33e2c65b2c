import { readEnvironment } from '../../kernel/config/environment';
import { type Command, CommandFault, type ExitCode } from '../command';
import { confirmed, YES_HELP, YES_OPTION } from '../confirmed';
import { parseOptions } from '../options';
import { endSignIn } from '../sign-in/logout.command';
import { SignIn } from '../sign-in/sign-in';
import { changeContexts, contextNamed } from './contexts';

/** `coresdk context delete <name>` */
export const contextDelete: Command = {
  usage: `Usage: coresdk context delete <name> [--yes]

Revokes the sign-in of the context, as "coresdk logout" does. Files with API keys and secrets stay.

${YES_HELP}

Example:
  coresdk context delete acme --yes

Exits 0 when it is deleted, 1 when there is no such context or the platform did not revoke its sign-in.`,
  async run(args, terminal): Promise<ExitCode> {
    const { values, positionals } = parseOptions(args, YES_OPTION);
    const [name, ...more] = positionals;
    if (name === undefined || more.length > 0) throw new CommandFault('Name one context.', true);
    const environment = readEnvironment();
    const { signIn } = contextNamed(name, environment);
    await confirmed(`Delete the context "${name}"?`, values.yes, terminal);
    const code = signIn.by === 'browser' ? await endSignIn(new SignIn(name, environment), terminal) : 0;
    await changeContexts(environment, ({ current, contexts: { [name]: _deleted, ...contexts } }) => ({
      current: current === name ? null : current,
      contexts,
    }));
    terminal.err(`The context "${name}" is deleted.\n`);
    return code;
  },
};
