/** Measures how fast strings are masked in process: `node mask-string.mjs dense|plain|hostile SECONDS` prints a row as JSON, in KB. */
import { createRequire } from 'node:module';
import { printRow } from '../lib/measure-alone.mjs';
import { median } from '../lib/numbers.mjs';

const load = createRequire(import.meta.url);
const { maskText } = load('../../../dist/src/modules/masking/engine/mask-text.js');

const PROSE =
  'The quick brown fox jumps over the lazy dog; nobody knows why it would do that, but here we are, and so is the dog. ';

/** A sentence with different words around each value, so that no result can be reused. */
const sentence = (index) =>
  [
    `Mail jane.doe${index}@example.com or call +49 30 9018${10 + (index % 90)}, `,
    `card 4111 1111 1111 1111 from 10.20.${index % 256}.40, IBAN DE89 3704 0044 0532 0130 00, `,
    `SSN 078-05-${1000 + (index % 9000)}, token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx${index}.abc, `,
    `(415) 555-0${100 + (index % 900)}, aa:bb:cc:dd:ee:${10 + (index % 90)}, 2001:db8::${index % 10}, `,
    `order ${10_000_000 + index} of 2024 with password=hunter${index} and NHS 401-023-2137.\n`,
  ].join('');

/** Prefixes of patterns, repeated. Each repetition can start a match, which fails or succeeds. */
const HOSTILE = [
  'a',
  '1',
  'a.',
  '1-',
  '@',
  'a@a.',
  'a_',
  'eyJa.',
  'http://',
  'password":"',
  'DE89 3704 0044 ',
  '4111 ',
  '+4930',
  '::',
];
const HOSTILE_KB = 500;

const redact = (text) => maskText(text, () => '[REDACTED]');
const filled = (unit, length) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

const [what, seconds] = process.argv.slice(2);
if (what === 'hostile') printHostile();
else
  printTexts(
    what === 'dense' ? Array.from({ length: 1_000 }, (_, index) => sentence(index)).join('') : filled(PROSE, 300_000),
  );

function printTexts(text) {
  const masked = redact(text);
  if (what === 'plain' ? masked !== text : /example\.com|4111 |hunter|eyJ|\d{3}-\d{2}-|\(415\)|DE89/.test(masked)) {
    throw new Error(`The text is masked incorrectly: ${masked.slice(0, 500)}`);
  }
  printRow(() => redact(text), text.length / 1000, Number(seconds));
}

/**
 * Prints the figures for all hostile strings together, and the highest ratio of the time for a string of double length to the time for the
 * string itself.
 */
function printHostile() {
  const texts = HOSTILE.map((unit) => [filled(unit, HOSTILE_KB * 1000), filled(unit, 2 * HOSTILE_KB * 1000)]);
  const times = (text) => {
    const began = process.cpuUsage().user;
    redact(text);
    return process.cpuUsage().user - began;
  };
  const ratios = texts.map(([once, twice]) => {
    const rounds = Array.from({ length: 7 }, () => [times(once), times(twice)]);
    return median(rounds.map(([, time]) => time)) / median(rounds.map(([time]) => time));
  });
  const figures = { times: Math.max(...ratios) };
  printRow(() => texts.forEach(([once]) => redact(once)), HOSTILE.length * HOSTILE_KB, Number(seconds), figures);
}
