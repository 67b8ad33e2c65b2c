import { CONNECTION_OPTIONS, connectionHelp, connectionOf } from '../api/connection';
import { RestClient } from '../api/rest-client';
import { saveResponse } from '../api/save-response';
import { type Command, CommandFault, type ExitCode } from '../command';
import { parseOptions, readText } from '../options';

/** `coresdk tenants export <tenant> <file>` */
export const tenantsExport: Command = {
  usage: `Usage: coresdk tenants export <tenant> <file> (--passphrase-file <file> | --without-secrets) [options]

The archive contains all of the tenant's data, so only you can read the file (mode 0600). It appears only when it is complete.

  --passphrase-file     file with a passphrase of at least 16 characters, which seals the secrets and password hashes
  --without-secrets     omits secrets; the import lists the secrets that you must set again
${connectionHelp('control-plane')}

Example:
  coresdk tenants export acme acme.jsonl.gz --passphrase-file passphrase.txt

Calls POST /api/v1/tenants/{id}/export on the control plane, with the scope platform.admin. Exits 0 on success, 1 on failure.`,
  async run(args, terminal): Promise<ExitCode> {
    const options = { 'passphrase-file': { type: 'string' }, 'without-secrets': { type: 'boolean' } } as const;
    const { values, positionals } = parseOptions(args, { ...CONNECTION_OPTIONS, ...options });
    const [tenant, file] = positionals;
    const { 'passphrase-file': passphraseFile, 'without-secrets': without = false } = values;
    if (tenant === undefined || file === undefined || positionals.length > 2) {
      throw new CommandFault('Specify the tenant and the file.', true);
    }
    if ((passphraseFile === undefined) !== without) {
      throw new CommandFault('Set either --passphrase-file or --without-secrets.', true);
    }
    const json =
      passphraseFile === undefined
        ? { secrets: 'excluded' }
        : { secrets: 'sealed', passphrase: readText(passphraseFile).replace(/\r?\n$/, '') };
    const client = new RestClient(connectionOf(values, 'control-plane'), ['platform.admin']);
    const path = `/api/v1/tenants/${encodeURIComponent(tenant)}/export`;
    const headers = { accept: 'application/gzip' };
    const response = await client.call('POST', path, { json, headers, signal: null });
    await saveResponse(response, { file, mode: 0o600, url: client.url, terminal });
    terminal.err(`Exported ${tenant} to ${file}.\n`);
    return 0;
  },
};
