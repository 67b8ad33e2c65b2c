import { kindAt } from './scan/words';

/** Characters before and after a value in which a word speaks for it. */
const BEFORE = 64;
const AFTER = 32;
/** What such a word adds to a score, and the score it makes at least: enough for the usual threshold. */
const RAISE = 0.35;
const FLOOR = 0.5;

/** The score of a value beside which stands a word that speaks for it. */
export const raised = (score: number): number => Math.min(1, Math.max(score + RAISE, FLOOR));

/** Whether one of the words stands as a whole word near `[start, end)`. The words are in lower case. */
export function hasContext(text: string, start: number, end: number, words: readonly string[]): boolean {
  const before = text.slice(Math.max(0, start - BEFORE), start).toLowerCase();
  const after = text.slice(end, end + AFTER).toLowerCase();
  return words.some((word) => hasWord(before, word) || hasWord(after, word));
}

/** Whether a text in lower case has a word; letters must not touch it, digits may. */
export function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (!isLetter(text, at - 1) && !isLetter(text, at + word.length)) return true;
  }
  return false;
}

const isLetter = (text: string, index: number): boolean => kindAt(text, index) === 1 && text.charAt(index) !== '_';
