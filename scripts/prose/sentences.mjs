import { HIDDEN } from './segment.mjs';

/** Abbreviations whose period does not end a sentence. */
const ABBREVIATION = /(?:^|[\s(])(?:e\.g|i\.e|vs|cf|approx|incl|No|resp|Dr|St)\.$/;

/** Returns the index and length of each sentence in a text. */
export function sentences(text) {
  const found = [];
  const add = (from, to) => {
    const index = from + /^\s*/.exec(text.slice(from, to))[0].length;
    if (index < to) found.push({ index, length: to - index });
  };
  let from = 0;
  for (const { 0: mark, index } of text.matchAll(/[.!?…][)"'”’*_\]]*(?=\s+["'“‘(*_[]*[A-Z\d\uE000])/g)) {
    const end = index + mark.length;
    if (ABBREVIATION.test(text.slice(from, index + 1))) continue;
    add(from, end);
    from = end;
  }
  add(from, text.length);
  return found;
}

/** Counts the words in a text. A code span, a URL and a template value count as one word each. */
export const wordCount = (text) =>
  text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word) || word.includes(HIDDEN)).length;
