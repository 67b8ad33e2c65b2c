import { existsSync } from 'node:fs';
import { type Checkpoint, openCheckpoint } from '../../modules/audit/domain/checkpoint';
import { type NoteVerifier, parseVerifier } from '../../modules/audit/domain/signed-note';
import { CommandFault } from '../command';
import { readText } from '../options';

/** Returns the public key from an option whose value is the key itself or the name of a file that contains the key. */
export function readKey(given: string): NoteVerifier {
  const verifier = parseVerifier(given) ?? (existsSync(given) ? parseVerifier(readText(given)) : null);
  if (verifier !== null) return verifier;
  throw new CommandFault(
    '--key is neither a public key (coresdk-audit+…, or PEM with Ed25519) nor the name of a file with a public key.',
  );
}

/**
 * Returns the largest checkpoint in a file with consecutive notes, as `audit anchor` stores them.
 * @param origin the log; `null` for any log. Errors: `CommandFault` when a note is not signed by the key.
 */
export function readCheckpoint(path: string, verifier: NoteVerifier, origin: string | null): Checkpoint {
  const [largest] = checkpointsIn(path, verifier, origin).toSorted((a, b) => b.size - a.size);
  if (largest) return largest;
  throw new CommandFault(`${path} contains no checkpoint${origin === null ? '' : ` of ${origin}`}.`);
}

/** Returns whether a file with consecutive notes contains a checkpoint of a log. Errors: like {@link readCheckpoint}. */
export function hasCheckpoint(path: string, verifier: NoteVerifier, origin: string): boolean {
  return checkpointsIn(path, verifier, origin).length > 0;
}

function checkpointsIn(path: string, verifier: NoteVerifier, origin: string | null): readonly Checkpoint[] {
  // Each note ends with its signature lines.
  const notes = readText(path).match(/(?:(?!— )[^\n]+\n)+\n(?:— [^\n]+\n)+/g) ?? [];
  const checkpoints = notes.map((note, index) => {
    const checkpoint = openCheckpoint(note, verifier);
    if (checkpoint === null) throw new CommandFault(`${path}: checkpoint ${index + 1} is not signed by this key.`);
    return checkpoint;
  });
  return checkpoints.filter((checkpoint) => origin === null || checkpoint.origin === origin);
}
