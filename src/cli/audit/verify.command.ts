import { type ExportVerdict, ExportVerifier } from '../../modules/audit/domain/verify-export';
import { type Command, CommandFault } from '../command';
import { parseOptions } from '../options';
import { readCheckpoint, readKey } from './read-key';
import { readLines } from './read-lines';

/** `coresdk audit verify <export> --key <public key>` */
export const auditVerify: Command = {
  name: 'audit verify',
  summary: 'Verify an export of the audit log, and name the first record that is not as it was written',
  usage: `Usage: coresdk audit verify <export> --key <public key> [--checkpoint <file>]

Reads what GET /api/v1/audit/export gives ("-": standard input), line by line, and needs nothing else.

  --key         public key of the installation: as GET /api/v1/audit/key gives it, or a file with it, or PEM
  --checkpoint  a checkpoint that was kept elsewhere (a file as "coresdk audit anchor" writes it; the largest in it
                counts): what it covers must still be there. Without it, nobody can tell that the newest records were
                taken away together with their checkpoints

Exits 0 when all is as it was written, 2 when not, 1 when it could not be verified.`,
  async run(args, terminal) {
    const options = { key: { type: 'string' }, checkpoint: { type: 'string' } } as const;
    const { values, positionals } = parseOptions(args, options);
    const [file, ...rest] = positionals;
    if (file === undefined || rest.length > 0) throw new CommandFault('Name one export.', true);
    if (values.key === undefined) throw new CommandFault('Say by which key it is to be verified: --key.', true);
    const key = readKey(values.key);
    const kept = values.checkpoint === undefined ? null : readCheckpoint(values.checkpoint, key, null);
    const verdict = await verify(file, new ExportVerifier(key, kept));
    if (!verdict.ok) {
      terminal.err(`FAILED ${verdict.fault.reason}\n`);
      return 2;
    }
    const { origin, from, checkpoint } = verdict.shown;
    const records = `records ${from} to ${checkpoint.size - 1}`;
    const time = new Date(checkpoint.timeMs).toISOString();
    terminal.out(`OK ${origin}: ${records} are as they were written; checkpoint of ${time} over ${checkpoint.size}\n`);
    return 0;
  },
};

async function verify(file: string, verifier: ExportVerifier): Promise<ExportVerdict> {
  for await (const lines of readLines(file)) {
    for (const line of lines) if (!verifier.take(line)) return verifier.finish();
  }
  return verifier.finish();
}
