import { readEnvironment } from '../../kernel/config/environment';
import { type Command, CommandFault, type ExitCode, type Terminal } from '../command';
import { chosenContext } from '../contexts/contexts';
import { parseOptions } from '../options';
import { SignIn } from './sign-in';

/** `coresdk logout` */
export const logout: Command = {
  usage: `Usage: coresdk logout [--context <name>]

Revokes the refresh token and every token issued from it (RFC 7009). Removes the sign-in from this machine even if the platform cannot be
reached.

  --context  the context (CPOD_CONTEXT; default: the current context)

Example:
  coresdk logout --context acme

Exits 0 when you are signed out, 1 when the tokens were only removed here.`,
  async run(args, terminal): Promise<ExitCode> {
    const { values, positionals } = parseOptions(args, { context: { type: 'string' } });
    if (positionals.length > 0) throw new CommandFault('The command accepts only options.', true);
    const environment = readEnvironment();
    const context = chosenContext(values.context, environment);
    if (context === null) throw new CommandFault('You are not signed in: there is no context.');
    return endSignIn(new SignIn(context.name, environment), terminal);
  },
};

/** Ends a sign-in and reports the result. Returns 1 if the platform could not revoke the tokens. */
export async function endSignIn(signIn: SignIn, terminal: Terminal): Promise<ExitCode> {
  try {
    const outcome = await signIn.end();
    terminal.err(
      outcome === 'ended'
        ? `You are signed out of the context "${signIn.context}".\n`
        : `You were not signed in to the context "${signIn.context}".\n`,
    );
    return 0;
  } catch (error) {
    if (!CommandFault.is(error) || signIn.stored() !== null) throw error;
    terminal.err(
      `The sign-in was removed from this machine, but the platform did not revoke it: ${error.message}\nIt ends when its refresh token expires, or when an administrator revokes it.\n`,
    );
    return 1;
  }
}
