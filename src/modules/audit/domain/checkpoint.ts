import { type NoteVerifier, openNote } from './signed-note';

/** Name of the key for signing checkpoints. It is the same everywhere, because the bytes of a key identify its owner. */
export const CHECKPOINT_KEY_NAME = 'coresdk-audit';

/** The state of a log at a point in time (https://c2sp.org/tlog-checkpoint). */
export interface Checkpoint {
  /** `coresdk-audit/<tenant>`. */
  readonly origin: string;
  /** Number of records in the log. */
  readonly size: number;
  /** Root of the tree over the records. */
  readonly root: Buffer;
  /** Time of signing, in Unix milliseconds. */
  readonly timeMs: number;
}

/** Returns the origin of a tenant's log. */
export function originOf(tenantId: string): string {
  return `${CHECKPOINT_KEY_NAME}/${tenantId}`;
}

/** Returns the text of a checkpoint: origin, size, root, and the time as an extension line. */
export function checkpointText({ origin, size, root, timeMs }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\ntime ${new Date(timeMs).toISOString()}\n`;
}

/** Returns the checkpoint in a note that this key signed; `null` when the key did not sign it or it is not a checkpoint. */
export function openCheckpoint(note: string, verifier: NoteVerifier): Checkpoint | null {
  const text = openNote(note, verifier);
  return text === null ? null : parseCheckpoint(text);
}

function parseCheckpoint(text: string): Checkpoint | null {
  const match = /^([^\n]+)\n(0|[1-9]\d{0,14})\n([A-Za-z0-9+/]{43}=)\ntime ([^\n]+)\n/.exec(text);
  if (match === null) return null;
  const [, origin = '', digits, base64 = '', time = ''] = match;
  const timeMs = Date.parse(time);
  if (!Number.isFinite(timeMs)) return null;
  return { origin, size: Number(digits), root: Buffer.from(base64, 'base64'), timeMs };
}
