import { below } from '../../../kernel/json/json-pointer';
import { CommandFault } from '../../command';
import { visible } from '../../visible';

/** A position in a file. Lines and columns start at 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A reason why a configuration cannot be used. */
export interface Fault {
  readonly place: Place;
  /** The JSON Pointer (RFC 6901) of the member; empty for the entire file. */
  readonly pointer: string;
  /** A predicate that follows the pointer, such as "must be a string". */
  readonly message: string;
}

/** The most faults that are shown. */
const MAX_SHOWN = 50;

/** Returns a JSON Pointer (RFC 6901 §3). */
export function pointerOf(path: readonly (string | number)[]): string {
  return path.reduce<string>(below, '');
}

/** Throws a `CommandFault` with one line per fault: file, line, column, pointer and message. Does nothing if there is none. */
export function refuse(faults: readonly Fault[]): void {
  if (faults.length === 0) return;
  const sorted = [...faults].sort(byPlace);
  const lines = sorted.slice(0, MAX_SHOWN).map(({ place, pointer, message }) => {
    const where = `${place.file}:${place.line}:${place.column}`;
    return visible(pointer === '' ? `${where}: ${message}` : `${where}: ${pointer} ${message}`);
  });
  const more = faults.length - lines.length;
  if (more > 0) lines.push(`… and ${more} more`);
  throw new CommandFault(lines.join('\n'));
}

function byPlace({ place: one }: Fault, { place: other }: Fault): number {
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return one.line - other.line || one.column - other.column;
}
