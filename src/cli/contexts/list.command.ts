import { readEnvironment } from '../../kernel/config/environment';
import { type Command, CommandFault, type ExitCode } from '../command';
import { Table, jsonText } from '../operations/show';
import { parseOptions } from '../options';
import { describeContext } from './describe-context';
import { readContexts } from './contexts';

/** `coresdk context list` */
export const contextList: Command = {
  usage: `Usage: coresdk context list [--json]

A context is an installation, a tenant and a way to sign in, under a name. "coresdk login" creates contexts.

  --json  a list of {name, isCurrent, url, controlPlaneUrl, tenant, signIn, signedIn}

Example:
  coresdk context list`,
  run(args, terminal): ExitCode {
    const { values, positionals } = parseOptions(args, { json: { type: 'boolean', default: false } });
    if (positionals.length > 0) throw new CommandFault('The command accepts only options.', true);
    const environment = readEnvironment();
    const { contexts, current } = readContexts(environment);
    const found = Object.entries(contexts).map(([name, context]) =>
      describeContext({ name, ...context }, current, environment),
    );
    if (values.json) terminal.out(jsonText(found));
    else if (found.length === 0) terminal.err('There are no contexts. Create one: coresdk login\n');
    else {
      const rows = found.map((one) => ({ ...one, ' ': one.isCurrent ? '*' : ' ' }));
      new Table([' ', 'name', 'url', 'tenant', 'signIn', 'signedIn'], terminal).rows(rows);
    }
    return 0;
  },
};
