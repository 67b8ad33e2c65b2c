import { CONNECTION_HELP, CONNECTION_OPTIONS, connectionOf } from '../api/connection';
import { RestClient } from '../api/rest-client';
import { type Command, CommandFault, type ExitCode } from '../command';
import { details, jsonText } from '../operations/show';
import { oneOf, parseOptions } from '../options';
import { FILE_COLUMNS, TIERS } from './files.operations';
import { fileAt } from './stored-file';

/** `coresdk files get <tier> <path>` */
export const filesGet: Command = {
  usage: `Usage: coresdk files get <tier> <path> [options]

The tier is private, user or shared. To get the content, use "coresdk files download".

  --json                the metadata as JSON
${CONNECTION_HELP}

Example:
  coresdk files get shared reports/june.pdf

Calls GET /v1/files on the backend, with the scope files.read. Exits 0 on success, 1 on failure.`,
  async run(args, terminal): Promise<ExitCode> {
    const json = { type: 'boolean', default: false } as const;
    const { values, positionals } = parseOptions(args, { ...CONNECTION_OPTIONS, json });
    const [tier = '', path] = positionals;
    if (path === undefined || positionals.length > 2) throw new CommandFault('Specify a tier and a path.', true);
    const client = new RestClient(connectionOf(values), ['files.read']);
    const found = await fileAt(client, oneOf('tier', tier, TIERS), path);
    terminal.out(values.json ? jsonText(found) : details([...FILE_COLUMNS, 'uri', 'etag'], found, terminal));
    return 0;
  },
};
