import { appendFileSync, existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCheckpoint } from '../../modules/audit/domain/checkpoint';
import type { AuditCheckpoint } from '../../modules/audit/contract/audit-proofs.types';
import { type Command, CommandFault, type Terminal } from '../command';
import { numberOption, parseOptions, readText } from '../options';
import { ControlPlaneLog } from './control-plane-log';
import { hasCheckpoint, readCheckpoint, readKey } from './read-key';

const WEBHOOK_TIMEOUT_MS = 15_000;

/** `coresdk audit anchor --from <control plane> --tenant <tenant> --to <file or URL>` */
export const auditAnchor: Command = {
  usage: `Usage: coresdk audit anchor --from <URL> --token-file <file> --tenant <tenant> --to <file or URL>
                            [--key <public key>] [--every <seconds>] [--json]

Gets the newest checkpoint of a tenant's log from the control plane and appends it to a file, or posts it to a webhook
(http:// or https://). Store checkpoints where the owner of the database cannot reach them: "coresdk audit verify --checkpoint <file>"
then shows whether records are missing. If the file contains an earlier checkpoint of the log, the command appends the
new one only when the log proves that it continues the earlier checkpoint.

  --from        address of the control plane
  --token-file  file with its service token, or with an admin token
  --tenant      ID or slug of the tenant
  --key         public key that must have signed the checkpoint; by default, the key that the control plane returns
  --every       repeat at this interval in seconds
  --json        one line of JSON for each checkpoint: {origin, size, isNew}; isNew is false if it was already stored

Exits 0 when the checkpoint is stored, 2 when the log does not continue the stored checkpoint, 1 on failure.`,
  async run(args, terminal) {
    const text = { type: 'string' } as const;
    const json = { type: 'boolean', default: false } as const;
    const options = { from: text, 'token-file': text, tenant: text, to: text, key: text, every: text, json };
    const { values, positionals } = parseOptions(args, options);
    const { from, 'token-file': tokenFile, tenant, to, key, every } = values;
    if (
      from === undefined ||
      tokenFile === undefined ||
      tenant === undefined ||
      to === undefined ||
      positionals.length > 0
    ) {
      throw new CommandFault('Set --from, --token-file, --tenant and --to.', true);
    }
    const seconds = every === undefined ? null : numberOption('every', every, 1, 86_400);
    const log = new ControlPlaneLog(from, readText(tokenFile).trim(), tenant);
    for (;;) {
      const anchored = await anchorOnce(log, to, key, terminal);
      if (anchored === null) return 2;
      terminal.out(values.json ? `${JSON.stringify(anchored)}\n` : textOf(anchored, to));
      if (seconds === null) return 0;
      await sleep(seconds * 1000);
    }
  },
};

/** A checkpoint that is stored outside the installation. */
interface Anchored {
  readonly origin: string;
  /** The number of records that it covers. */
  readonly size: number;
  /** False if it was already stored. */
  readonly isNew: boolean;
}

function textOf({ origin, size, isNew }: Anchored, to: string): string {
  if (isNew) return `OK ${origin}: the checkpoint over ${size} records is stored\n`;
  return `OK ${origin}: ${to} already contains the checkpoint over ${size} records\n`;
}

/** Stores the newest checkpoint. Reports a fault and returns `null` if it is forged or does not continue the stored one. */
async function anchorOnce(
  log: ControlPlaneLog,
  to: string,
  key: string | undefined,
  terminal: Terminal,
): Promise<Anchored | null> {
  const verifier = readKey(key ?? (await log.publicKey()));
  const newest = await log.newest();
  if (newest === null) throw new CommandFault('The log has no checkpoint yet.');
  const checkpoint = openCheckpoint(newest.note, verifier);
  if (checkpoint === null) {
    terminal.err('FAILED The newest checkpoint is not signed by this key.\n');
    return null;
  }
  const { origin, size } = checkpoint;
  if (/^https?:\/\//.test(to)) {
    await post(to, origin, newest);
  } else {
    if (existsSync(to) && hasCheckpoint(to, verifier, origin)) {
      const earlier = readCheckpoint(to, verifier, origin);
      if (!(await log.continues(earlier, checkpoint))) {
        terminal.err(
          `FAILED ${origin} does not continue the checkpoint over ${earlier.size} records that ${to} contains.\n`,
        );
        return null;
      }
      if (earlier.size === size) return { origin, size, isNew: false };
    }
    appendFileSync(to, newest.note, { flush: true });
  }
  return { origin, size, isNew: true };
}

async function post(url: string, origin: string, checkpoint: AuditCheckpoint): Promise<void> {
  let answer: Response;
  try {
    answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ origin, ...checkpoint }),
      signal: AbortSignal.timeout(WEBHOOK_TIMEOUT_MS),
    });
  } catch (error) {
    throw new CommandFault(`${url} cannot be reached: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!answer.ok) throw new CommandFault(`${url} returned ${answer.status}.`);
}
