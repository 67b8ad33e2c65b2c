import { HASH_BYTES } from './merkle-tree';
import { type NoteVerifier, openNote } from './signed-note';

/** Name of the key that signs checkpoints; whose it is, its bytes tell. */
export const CHECKPOINT_KEY_NAME = 'coresdk-audit';

/** The state of a log at a moment (https://c2sp.org/tlog-checkpoint). */
export interface Checkpoint {
  /** `coresdk-audit/<tenant>`. */
  readonly origin: string;
  /** Records of the log. */
  readonly size: number;
  /** Root of the tree over them. */
  readonly root: Buffer;
  /** Unix milliseconds at which it was signed. */
  readonly timeMs: number;
}

/** The origin of a tenant's log. */
export function originOf(tenantId: string): string {
  return `${CHECKPOINT_KEY_NAME}/${tenantId}`;
}

/** The text of a checkpoint: origin, size and root, and the time as an extension line. */
export function checkpointText({ origin, size, root, timeMs }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\ntime ${new Date(timeMs).toISOString()}\n`;
}

/** The checkpoint in a note that this key has signed; `null` when it has not signed it, or it is no checkpoint. */
export function openCheckpoint(note: string, verifier: NoteVerifier): Checkpoint | null {
  const text = openNote(note, verifier);
  return text === null ? null : parseCheckpoint(text);
}

function parseCheckpoint(text: string): Checkpoint | null {
  const [, origin, digits, base64, time] =
    /^([^\n]+)\n(0|[1-9]\d{0,14})\n([A-Za-z0-9+/]{43}=)\ntime ([^\n]+)\n/.exec(text) ?? [];
  if (origin === undefined || digits === undefined || base64 === undefined || time === undefined) return null;
  const root = Buffer.from(base64, 'base64');
  const timeMs = Date.parse(time);
  return root.length === HASH_BYTES && Number.isFinite(timeMs) ? { origin, size: Number(digits), root, timeMs } : null;
}
