import { hash } from 'node:crypto';
import { AppError } from '../../errors/app-error';
import { canonicalJson } from '../../json/canonical-json';

/** One or more entity tags in a condition: `*`, `"a"`, `W/"b", "c"` (RFC 9110 §8.8.3, §13.1). */
const TAG = /^(W\/)?"([\x21\x23-\x7E\x80-\uFFFF]*)"$/;
const LIST_TAG = /(?:W\/)?"[\x21\x23-\x7E\x80-\uFFFF]*"/y;
// RFC 9110 §5.6.1: a recipient must accept empty list elements.
const LIST_GAP = /[\s,]*/y;

/** These limits are far higher than any client needs. */
const MAX_TAGS = 100;
const MAX_CHARACTERS = 8 * 1024;

/**
 * Returns whether `If-Match` lets a request through (RFC 9110 §13.1.1): strong comparison, so that a weak tag never matches.
 * @param current tag of the selected representation; `null` if there is none. A header that is not a list of tags does not match any tag,
 * because a condition that cannot be parsed must not count as true. Errors: `invalid_request` for more than 100 tags or 8 KiB.
 */
export function ifMatchHolds(header: string, current: string | null): boolean {
  const tags = tagsOf(header);
  if (current === null) return false;
  if (header.trim() === '*') return true;
  return tags.some((tag) => isStrong(tag) && isStrong(current) && opaque(tag) === opaque(current));
}

/**
 * Returns the strong tags of an `If-Match` header, or `*` for any tag; empty if the header is not a list of tags. Errors: see {@link
 * ifMatchHolds}.
 */
export function matchedTags(header: string): readonly string[] | '*' {
  const tags = tagsOf(header);
  return header.trim() === '*' ? '*' : tags.filter(isStrong);
}

/**
 * Returns whether `If-None-Match` lets a request through (RFC 9110 §13.1.2): weak comparison; `*` lets it through only if there is no
 * representation. A header that is not a list of tags does not name any tag, and so lets the request through. Errors: see {@link
 * ifMatchHolds}.
 */
export function ifNoneMatchHolds(header: string, current: string | null): boolean {
  const tags = tagsOf(header);
  if (current === null) return true;
  if (header.trim() === '*') return false;
  return !tags.some((tag) => opaque(tag) === opaque(current));
}

/** Returns a strong entity tag of the content, for a resource without a version: it changes whenever a member changes. */
export function contentTag(shown: unknown): string {
  return `"${hash('sha256', canonicalJson(shown), 'base64url')}"`;
}

/** Returns the tags in a list; empty if any part of the list is not a tag. Reads every character once. */
function tagsOf(header: string): readonly string[] {
  if (header.length > MAX_CHARACTERS) throw tooLong();
  const tags: string[] = [];
  let at = 0;
  for (;;) {
    const gap = textAt(LIST_GAP, header, at);
    at += gap.length;
    if (at === header.length) return tags;
    const tag = tags.length > 0 && !gap.includes(',') ? '' : textAt(LIST_TAG, header, at);
    if (tag === '') return [];
    if (tags.length === MAX_TAGS) throw tooLong();
    tags.push(tag);
    at += tag.length;
  }
}

/** Returns the string that a sticky pattern matches at an offset; empty if there is no match. */
function textAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

function tooLong(): AppError {
  const bound = `at most ${MAX_TAGS} entity tags in ${MAX_CHARACTERS} characters`;
  return new AppError('invalid_request', `If-Match and If-None-Match accept ${bound}.`);
}

function isStrong(tag: string): boolean {
  return !tag.startsWith('W/');
}

function opaque(tag: string): string | undefined {
  return TAG.exec(tag)?.[2];
}
