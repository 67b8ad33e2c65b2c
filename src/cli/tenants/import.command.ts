import { openAsBlob } from 'node:fs';
import {
  ACCEPTED_KEY_HEADER,
  importReport,
  PASSPHRASE_HEADER,
} from '../../modules/tenants/contract/tenant-lifecycle.types';
import { CONNECTION_OPTIONS, connectionHelp, connectionOf } from '../api/connection';
import { RestClient } from '../api/rest-client';
import { type Command, CommandFault, type ExitCode } from '../command';
import { details, jsonText } from '../operations/show';
import { parseOptions, readText } from '../options';
import { visible } from '../visible';

/** `coresdk tenants import <file>` */
export const tenantsImport: Command = {
  usage: `Usage: coresdk tenants import <file> [options]

  --slug <text>         different slug, if the tenant's slug is in use
  --passphrase-file     file with the passphrase of an archive with secrets
  --public-key-file     file with the public key of the installation that signed the archive, if you trust that installation to assign roles
  --json                the entire report as JSON
${connectionHelp('control-plane')}

Example:
  coresdk tenants import acme.jsonl.gz --passphrase-file passphrase.txt

Calls POST /api/v1/tenants/import on the control plane, with the scope platform.admin. Exits 0 on success, 1 on failure.`,
  async run(args, terminal): Promise<ExitCode> {
    const text = { type: 'string' } as const;
    const own = { slug: text, 'passphrase-file': text, 'public-key-file': text } as const;
    const json = { type: 'boolean', default: false } as const;
    const { values, positionals } = parseOptions(args, { ...CONNECTION_OPTIONS, ...own, json });
    const [file] = positionals;
    if (file === undefined || positionals.length > 1) throw new CommandFault('Specify one archive.', true);
    const archive = await openAsBlob(file, { type: 'application/gzip' }).catch((error: unknown) => {
      throw new CommandFault(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    });
    const headerOf = (name: string, path: string | undefined): Record<string, string> =>
      path === undefined ? {} : { [name]: readText(path).trim() };
    const client = new RestClient(connectionOf(values, 'control-plane'), ['platform.admin']);
    const report = await client.send(importReport, 'POST', '/api/v1/tenants/import', {
      query: values.slug === undefined ? {} : { slug: values.slug },
      headers: {
        ...headerOf(PASSPHRASE_HEADER, values['passphrase-file']),
        ...headerOf(ACCEPTED_KEY_HEADER, values['public-key-file']),
      },
      body: { type: 'application/gzip', content: archive },
      signal: null,
    });
    const shown = ['tenant.id', 'tenant.slug', 'tenant.name', 'provenBy', 'archiveSha256'];
    terminal.out(values.json ? jsonText(report) : details(shown, report, terminal));
    for (const { table, reason } of [...report.reset, ...report.leftOut])
      terminal.err(`${visible(table)}: ${visible(reason)}\n`);
    return 0;
  },
};
