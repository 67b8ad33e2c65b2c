import { type ExportVerdict, ExportVerifier } from '../../modules/audit/domain/verify-export';
import { type Command, CommandFault } from '../command';
import { parseOptions } from '../options';
import { readCheckpoint, readKey } from './read-key';
import { readLines } from './read-lines';
import { jsonText } from '../operations/show';

/** `coresdk audit verify <export> --key <public key>` */
export const auditVerify: Command = {
  usage: `Usage: coresdk audit verify <export> --key <public key> [--checkpoint <file>] [--json]

Reads an export of GET /api/v1/audit/export ("-" for standard input), line by line, and does not need anything else.

  --key         public key of the installation, as GET /api/v1/audit/key returns it; or a file with the key, or the key as PEM
  --checkpoint  a checkpoint that was stored elsewhere, in a file that "coresdk audit anchor" wrote (the largest
                one counts): its records must still exist. Without it, you cannot detect that the newest records were
                deleted together with their checkpoints
  --json        {ok, origin, from, size, checkpointAt}, or {ok, sequence, reason} with the first record that was changed

Exits 0 when the log is unchanged, 2 when it was changed, 1 when it could not be verified.`,
  async run(args, terminal) {
    const options = { key: { type: 'string' }, checkpoint: { type: 'string' }, json: { type: 'boolean' } } as const;
    const { values, positionals } = parseOptions(args, options);
    const [file, ...rest] = positionals;
    if (file === undefined || rest.length > 0) throw new CommandFault('Name one export.', true);
    if (values.key === undefined) throw new CommandFault('Set --key to the public key that verifies the export.', true);
    const key = readKey(values.key);
    const kept = values.checkpoint === undefined ? null : readCheckpoint(values.checkpoint, key, null);
    const verdict = await verify(file, new ExportVerifier(key, kept));
    if (!verdict.ok) {
      if (values.json === true) terminal.out(jsonText({ ok: false, ...verdict.fault }));
      else terminal.err(`FAILED ${verdict.fault.reason}\n`);
      return 2;
    }
    const { origin, from, checkpoint } = verdict.shown;
    const { size } = checkpoint;
    const checkpointAt = new Date(checkpoint.timeMs).toISOString();
    if (values.json === true) {
      terminal.out(jsonText({ ok: true, origin, from, size, checkpointAt }));
      return 0;
    }
    const records = `records ${from} to ${size - 1}`;
    terminal.out(`OK ${origin}: ${records} are unchanged; checkpoint of ${checkpointAt} over ${size}\n`);
    return 0;
  },
};

async function verify(file: string, verifier: ExportVerifier): Promise<ExportVerdict> {
  for await (const lines of readLines(file)) {
    for (const line of lines) if (!verifier.take(line)) return verifier.finish();
  }
  return verifier.finish();
}
