import type { ListCursors } from '../lists/list-cursors';
import { isPlace } from './log-position';

/**
 * The place in a log that a cursor stands for, `null` without one: that of a page before, which is good for the same
 * questions only, or the id of an event, from which one may go on with any.
 * Errors: `invalid_request` for a cursor of another list, or of this one when something else was asked.
 */
export function placeIn(cursors: ListCursors, cursor: string | undefined): string | null {
  return cursor !== undefined && isPlace(cursor) ? cursor : cursors.after(cursor);
}
