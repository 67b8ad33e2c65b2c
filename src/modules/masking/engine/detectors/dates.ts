import { literal, spaced } from '../detector';
import { onDemand } from './entity';

const DAY = '(?:3[01]|[12]\\d|0?[1-9])';
const MONTH = '(?:1[0-2]|0?[1-9])';
const YEAR = '(?:\\d{4}|\\d{2})';
const ABBREVIATED = '(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)';
const NAMES = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const NAME = `(?:${NAMES.join('|')}|${NAMES.map((name) => `${name.slice(0, 3)}\\.?`).join('|')}|Sept\\.?)`;
const NTH = `${DAY}(?:st|nd|rd|th)?`;
/** RFC 3339; the seconds can be missing. */
const TIMESTAMP =
  '\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])T[0-2]\\d:[0-5]\\d(?::[0-5]\\d(?:\\.\\d{1,20})?)?(?:[+-][0-2]\\d:[0-5]\\d|Z)';
/** Excludes matches whose adjacent characters make them part of a longer number or date. */
const ALONE_BEFORE = '(?<![\\w/.:,\\-])';
const ALONE_AFTER = '(?![\\w/:\\-]|[.,]\\d)';

export const DATES = [
  onDemand('DATE_TIME', 'Date, with or without a time', {
    texts: [
      spaced(TIMESTAMP, 0.8),
      spaced(`${MONTH}/${DAY}/${YEAR}|${DAY}/${MONTH}/${YEAR}|\\d{4}/${MONTH}/${DAY}`, 0.6),
      spaced(`${MONTH}-${DAY}-\\d{4}|${DAY}-${MONTH}-\\d{4}|\\d{4}-${MONTH}-${DAY}`, 0.6),
      spaced(`${DAY}\\.${MONTH}\\.${YEAR}`, 0.6),
      spaced(`(?:${DAY}-)?${ABBREVIATED}-${YEAR}|${DAY}-${ABBREVIATED}`, 0.6),
      spaced(`${MONTH}/\\d{4}`, 0.2),
      spaced(`${MONTH}/\\d{2}`, 0.1),
      spaced(`${NAME} ${NTH}(?:,? \\d{4})?|${NTH} (?:of )?${NAME}(?:,? \\d{4})?|${NAME},? \\d{4}`, 0.6),
      { ...spaced('', 0.2), text: new RegExp(`${ALONE_BEFORE}year (?:19|20)\\d{2}${ALONE_AFTER}`, 'gi') },
      { ...spaced('', 0.1), text: new RegExp(`${ALONE_BEFORE}(?:19|20)\\d{2}${ALONE_AFTER}`, 'g') },
      literal(new RegExp(`(?<![\\w\\-/])(?:${NAMES.join('|')})(?![\\w\\-/])`, 'g'), NAMES, 0.1),
    ],
    context: ['date', 'birthday', 'born', 'birth', 'dob'],
  }),
];
