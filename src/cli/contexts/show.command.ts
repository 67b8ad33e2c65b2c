import { readEnvironment } from '../../kernel/config/environment';
import { type Command, CommandFault, type ExitCode } from '../command';
import { details, jsonText } from '../operations/show';
import { parseOptions } from '../options';
import { chosenContext, readContexts } from './contexts';
import { describeContext } from './describe-context';

/** `coresdk context show [name]` */
export const contextShow: Command = {
  usage: `Usage: coresdk context show [<name>] [--json]

Without a name, shows the context in CPOD_CONTEXT, or the current context.

  --json  the context as JSON: {name, isCurrent, url, controlPlaneUrl, tenant, signIn, signedIn}

Example:
  coresdk context show acme

Exits 1 if there is no such context.`,
  run(args, terminal): ExitCode {
    const { values, positionals } = parseOptions(args, { json: { type: 'boolean', default: false } });
    if (positionals.length > 1) throw new CommandFault('Name one context.', true);
    const environment = readEnvironment();
    const context = chosenContext(positionals[0], environment);
    if (context === null) throw new CommandFault('There is no current context. Create one: coresdk login');
    const shown = describeContext(context, readContexts(environment).current, environment);
    terminal.out(values.json ? jsonText(shown) : details(Object.keys(shown), shown, terminal));
    return 0;
  },
};
