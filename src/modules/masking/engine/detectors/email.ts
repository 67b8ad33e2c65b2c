import type { Emit } from '../detector';
import { kindAt } from '../scan/words';
import type { Scan } from '../scan/scan';
import { personal } from './entity';
import { isTopLevelDomain } from './top-level-domains';

/** RFC 5321 §4.5.3.1 allows 64 characters before the at sign and 255 after it; longer addresses are hidden too, up to this length. */
const LONGEST_LOCAL = 256;
const LONGEST_DOMAIN = 255;
/**
 * The characters of RFC 5322 §3.2.3 that occur in real addresses; its other characters usually separate an address from the text before it.
 */
const LOCAL_MARKS = new Set([...".!#$%&'*+-^~"].map((mark) => mark.charCodeAt(0)));
const [DOT, HYPHEN, QUOTE, COLON] = [46, 45, 34, 58];

export const EMAIL = [
  personal('EMAIL_ADDRESS', 'E-mail address', { find: findAddresses, context: ['email', 'e-mail', 'mail'] }),
];

/** Searches outward from each at sign, as far as an address can extend. */
function findAddresses({ text }: Scan, emit: Emit): void {
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const start = localStart(text, at);
    if (start === at) continue;
    const { end, lastLabel } = domainEnd(text, at + 1);
    if (end === -1 || isPasswordOfUrl(text, start)) continue;
    emit(start, end, isTopLevelDomain(lastLabel) ? 1 : 0.6);
  }
}

function localStart(text: string, at: number): number {
  if (text.charCodeAt(at - 1) === QUOTE) {
    const opening = text.lastIndexOf('"', at - 2);
    return opening !== -1 && at - opening <= 66 && !/[\r\n]/.test(text.slice(opening, at)) ? opening : at;
  }
  let start = at;
  while (start > 0 && at - start < LONGEST_LOCAL && isLocal(text, start - 1)) start--;
  // An address begins with a letter or digit; punctuation before it belongs to the surrounding text.
  while (start < at && kindAt(text, start) === 0) start++;
  return start;
}

const isLocal = (text: string, index: number): boolean =>
  kindAt(text, index) !== 0 || LOCAL_MARKS.has(text.charCodeAt(index));

/** Returns the end of a domain with two or more labels, or -1 if there is no such domain. Labels neither begin nor end with a hyphen. */
function domainEnd(text: string, from: number): { readonly end: number; readonly lastLabel: string } {
  const none = { end: -1, lastLabel: '' };
  let result = none;
  let label = from;
  for (let labels = 1; ; labels++) {
    let end = label;
    let last = label;
    for (; end - from < LONGEST_DOMAIN; end++) {
      if (kindAt(text, end) !== 0) last = end + 1;
      else if (text.charCodeAt(end) !== HYPHEN || end === label) break;
    }
    if (last === label) return result;
    const name = text.slice(label, last);
    if (labels > 1 && (isTopLevelDomain(name) || /^\p{L}[\p{L}\d-]+$/u.test(name)))
      result = { end: last, lastLabel: name };
    if (text.charCodeAt(last) !== DOT) return result;
    label = last + 1;
  }
}

/** `https://user:password@host`: another detector finds the password. */
function isPasswordOfUrl(text: string, start: number): boolean {
  return text.charCodeAt(start - 1) === COLON && text.slice(Math.max(0, start - LONGEST_LOCAL), start).includes('://');
}
