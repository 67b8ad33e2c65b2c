import { type CommandSetting, type RegoCommand, RegoCommandFault } from './command.js';
import { assertModules, loadPolicy } from './load-policy.js';
import { oneOf, parseOptions, PATH_OPTIONS } from './options.js';

/** `rego check <path>…` */
export const checkCommand = (setting: CommandSetting): RegoCommand => ({
  name: 'check',
  summary: 'Parse and compile policies; print every error with its location',
  usage: `Usage: ${setting.program} check [options] <path>…

A path is a .rego, .json or .yaml file, or a folder of them. Exits with 1 if there are errors.

  -b, --bundle <path>   a bundle, in which only data.json and data.yaml are data
  -f, --format <form>   pretty (default), json`,
  async run(args, terminal) {
    const { values, positionals } = parseOptions(args, {
      bundle: PATH_OPTIONS.bundle,
      format: { type: 'string', short: 'f', default: 'pretty' },
    });
    const isJson = oneOf('format', values.format, ['pretty', 'json']) === 'json';
    const paths = { data: positionals, bundle: values.bundle };
    if (positionals.length + values.bundle.length === 0) {
      throw new RegoCommandFault('Name a file or folder to check.', true);
    }
    const loaded = await loadPolicy(setting, paths, terminal, { json: isJson });
    if (loaded === null) return 1;
    assertModules(loaded.sources, paths);
    if (isJson) terminal.out('{}\n');
    else terminal.err(`${loaded.sources.length} files are fine.\n`);
    return 0;
  },
});
