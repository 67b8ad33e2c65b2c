import { file } from '../../modules/files/contract/files.types';
import { CONNECTION_HELP, CONNECTION_OPTIONS, connectionOf } from '../api/connection';
import { Refusal } from '../api/refusal';
import { RestClient } from '../api/rest-client';
import { type Command, CommandFault, type ExitCode } from '../command';
import { details, jsonText } from '../operations/show';
import { numberOption, oneOf, parseOptions } from '../options';
import { FILE_COLUMNS, TIERS } from './files.operations';

const PRECONDITION_FAILED = 412;

/** `coresdk files copy <tier> <path> <new path>` */
export const filesCopy: Command = relocation('copy');

/** `coresdk files move <tier> <path> <new path>` */
export const filesMove: Command = relocation('move');

function relocation(verb: 'copy' | 'move'): Command {
  const version = verb === 'copy' ? '\n  --version <n>         version to copy; the current one by default' : '';
  return {
    usage: `Usage: coresdk files ${verb} <tier> <path> <new path> [options]

Does not replace a file at the new path unless you set --overwrite.

  --to-tier <tier>      tier of the new path: private, user or shared; by default that of the file${version}
  --overwrite           replaces a file at the new path
  --json                the new file's metadata as JSON
${CONNECTION_HELP}

Example:
  coresdk files ${verb} shared drafts/june.pdf reports/june.pdf

Calls POST /v1/files/${verb} on the backend, with the scopes files.read and files.write. Exits 0 on success, 1 on failure.`,
    async run(args, terminal): Promise<ExitCode> {
      const text = { type: 'string' } as const;
      const flag = { type: 'boolean', default: false } as const;
      const own = { 'to-tier': text, overwrite: flag, version: text, json: flag };
      const { values, positionals } = parseOptions(args, { ...CONNECTION_OPTIONS, ...own });
      const [tier = '', path, target] = positionals;
      if (path === undefined || target === undefined || positionals.length > 3) {
        throw new CommandFault('Specify a tier, a path and the new path.', true);
      }
      if (verb === 'move' && values.version !== undefined) throw new CommandFault('Only copy has --version.', true);
      const source = { tier: oneOf('tier', tier, TIERS), path, ...versionOf(values) };
      const json = {
        source,
        target: { tier: oneOf('to-tier', values['to-tier'] ?? source.tier, TIERS), path: target },
        ...(values.overwrite ? {} : { ifNoneMatch: '*' }),
      };
      const client = new RestClient(connectionOf(values), ['files.read', 'files.write']);
      const placed = await client.send(file, 'POST', `/v1/files/${verb}`, { json }).catch((error: unknown) => {
        throw error instanceof Refusal && error.status === PRECONDITION_FAILED
          ? new CommandFault(`A file named ${target} already exists. Use --overwrite to replace it.`)
          : error;
      });
      terminal.out(values.json ? jsonText(placed) : details(FILE_COLUMNS, placed, terminal));
      return 0;
    },
  };
}

function versionOf({ version }: { readonly version?: string | undefined }): { readonly version?: number } {
  return version === undefined ? {} : { version: numberOption('version', version, 1, Number.MAX_SAFE_INTEGER) };
}
