import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { measurePart } from '../../kernel/backup/part-file';
import { CONNECTION_HELP, CONNECTION_OPTIONS, connectionOf } from '../api/connection';
import { RestClient } from '../api/rest-client';
import { ProgressBar } from '../progress-bar';
import { type Command, CommandFault, type ExitCode, type Terminal } from '../command';
import { details, jsonText } from '../operations/show';
import { oneOf, parseOptions } from '../options';
import { FILE_COLUMNS, TIERS } from './files.operations';
import { uploadInParts } from './resumable-upload';
import { fileAt } from './stored-file';

const DEFAULT_TYPE = 'application/octet-stream';

/** `coresdk files upload <tier> <path> <file>` */
export const filesUpload: Command = {
  usage: `Usage: coresdk files upload <tier> <path> <file> [options]

The tier is private, user or shared. Large files go up in parts: a lost connection resumes where it stopped. Compares the stored checksum
with the file. The platform keeps earlier versions, see "coresdk files versions".

  --content-type <type> media type (${DEFAULT_TYPE})
  --project <id>        project to assign the file to
  --json                the file's metadata as JSON
${CONNECTION_HELP}

Example:
  coresdk files upload shared reports/june.pdf june.pdf --content-type application/pdf

Calls POST /v1/files/uploads on the backend, with the scopes files.read and files.write. Exits 0 on success, 1 on failure.`,
  async run(args, terminal): Promise<ExitCode> {
    const text = { type: 'string' } as const;
    const own = { 'content-type': text, project: text, json: { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseOptions(args, { ...CONNECTION_OPTIONS, ...own });
    const [tier = '', path, source] = positionals;
    if (path === undefined || source === undefined || positionals.length > 3) {
      throw new CommandFault('Specify a tier, a path and a file.', true);
    }
    const metadata = {
      ...{ tier: oneOf('tier', tier, TIERS), path, filetype: values['content-type'] ?? DEFAULT_TYPE },
      ...(values.project === undefined ? {} : { projectId: values.project }),
    };
    const client = new RestClient(connectionOf(values), ['files.read', 'files.write']);
    await upload(client, source, metadata, terminal);
    const stored = await fileAt(client, tier, path);
    if (stored.checksum !== (await measurePart(source)).sha256) {
      throw new CommandFault(`${path} was stored, but it is not equal to ${source}: one of them has changed since.`);
    }
    terminal.out(values.json ? jsonText(stored) : details(FILE_COLUMNS, stored, terminal));
    return 0;
  },
};

async function upload(
  client: RestClient,
  source: string,
  metadata: Readonly<Record<string, string>>,
  terminal: Terminal,
): Promise<void> {
  const content = await contentOf(source);
  const progress = new ProgressBar('upload', terminal, process.stderr.isTTY);
  let shown = 0;
  const onOffset = (offset: number): void => {
    progress.done(offset - shown, source);
    shown = offset;
  };
  const onLoss = (message: string): void => {
    terminal.err(`${message} Resuming.\n`);
  };
  progress.expect(content.size);
  try {
    await uploadInParts(client, { content, metadata, onOffset, onLoss });
  } finally {
    progress.end();
  }
}

/** Errors: `CommandFault` if it is not a readable file. */
async function contentOf(source: string): Promise<Blob> {
  try {
    if (!(await stat(source)).isFile()) throw new Error('it is not a file');
    return await openAsBlob(source);
  } catch (error) {
    throw new CommandFault(`${source} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
