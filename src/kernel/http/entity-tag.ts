/** An entity tag or more, as a condition names them: `*`, `"a"`, `W/"b", "c"` (RFC 9110 §8.8.3, §13.1). */
const TAG = /^(W\/)?"([\x21\x23-\x7E\x80-\uFFFF]*)"$/;
const LIST_ITEM = /\s*((?:W\/)?"[\x21\x23-\x7E\x80-\uFFFF]*")\s*(?:,|$)/y;

/**
 * Whether `If-Match` lets a request through (RFC 9110 §13.1.1): strong comparison, so that a weak tag never matches.
 * @param current tag of the selected representation; `null` when there is none.
 * A header that is not a list of tags matches nothing: a condition that cannot be read must not pass for fulfilled.
 */
export function ifMatchHolds(header: string, current: string | null): boolean {
  if (current === null) return false;
  if (header.trim() === '*') return true;
  return tagsOf(header).some((tag) => isStrong(tag) && isStrong(current) && opaque(tag) === opaque(current));
}

/**
 * Whether `If-None-Match` lets a request through (RFC 9110 §13.1.2): weak comparison; `*` lets it through only when there
 * is no representation. A header that is not a list of tags names none, and so lets through.
 */
export function ifNoneMatchHolds(header: string, current: string | null): boolean {
  if (current === null) return true;
  if (header.trim() === '*') return false;
  return !tagsOf(header).some((tag) => opaque(tag) === opaque(current));
}

/** The tags of a list; none when any part of it is not a tag. */
function tagsOf(header: string): readonly string[] {
  const tags: string[] = [];
  // RFC 9110 §5.6.1: a recipient must bear empty list elements.
  const list = header.replace(/^[\s,]+|[\s,]+$/g, '').replace(/,(?:\s*,)+/g, ',');
  LIST_ITEM.lastIndex = 0;
  while (LIST_ITEM.lastIndex < list.length) {
    const tag = LIST_ITEM.exec(list)?.[1];
    if (tag === undefined) return [];
    tags.push(tag);
  }
  return tags;
}

function isStrong(tag: string): boolean {
  return !tag.startsWith('W/');
}

function opaque(tag: string): string | undefined {
  return TAG.exec(tag)?.[2];
}
