import { type Command, CommandFault } from '../command';
import { oneOf, parseOptions } from '../options';
import { loadPolicy } from './load-policy';

/** `coresdk policy check <path>…` */
export const policyCheck: Command = {
  name: 'policy check',
  summary: 'Parse and compile policies; print every error with its place',
  usage: `Usage: coresdk policy check [--format pretty|json] <path>…

A path is a .rego, .json or .yaml file, or a folder of them. Exits 1 when there are errors.`,
  async run(args, terminal) {
    const { values, positionals } = parseOptions(args, { format: { type: 'string', short: 'f', default: 'pretty' } });
    const format = oneOf('format', values.format, ['pretty', 'json']);
    if (positionals.length === 0) throw new CommandFault('Name a file or folder to check.', true);
    const loaded = await loadPolicy(positionals, terminal, { json: format === 'json' });
    if (loaded === null) return 1;
    if (format === 'json') terminal.out('{}\n');
    else terminal.err(`${loaded.sources.length} files are fine.\n`);
    return 0;
  },
};
