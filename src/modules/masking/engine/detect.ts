import type { CompiledPattern, DetectOptions, Finding } from './engine.types';
import type { Detector, FindSettings, TextRule, WordRule } from './detector';
import type { DetectionPlan, Ranked } from './detection-plan';
import { planFor } from './entities';
import { type Span, withoutOverlaps } from './overlaps';
import { patternDeadline } from './patterns';
import { type Region, scan, type Scan } from './scan/scan';
import { eachWord, kindAt } from './scan/words';

const DEFAULT_THRESHOLD = 0.5;
/** A match of a caller's pattern wins over other findings at the same position. */
const RANK_OF_EXTRA = -1;
/** The number of characters that a rule reads on each side of a match, plus a margin. */
const EDGE = 64;

interface Candidate extends Span, Finding {
  score: number;
  readonly detector: Detector | null;
}

/**
 * Finds values that identify a person or grant access. Findings are sorted and do not overlap: of two overlapping findings, the one with
 * the better score stays, or the longer one if the scores are equal. Takes time linear in the text. Never throws.
 */
export function detect(text: string, options: DetectOptions = {}): Finding[] {
  const whole = [{ start: 0, end: text.length }];
  const deadline = options.deadline ?? patternDeadline(text);
  return detectWithin(text, whole, options, { deadline, counts: () => true });
}

interface Search {
  /** The time until which callers' patterns may run; see `patternDeadline`. */
  readonly deadline: number;
  /** Returns true for a candidate that counts as a finding. */
  readonly counts: (candidate: Region) => boolean;
}

/**
 * Finds values in the same way as {@link detect}, but only in parts of a text. Leaves out findings near the edge of a part, because they
 * may be cut off there.
 */
export function detectWithin(
  text: string,
  parts: readonly Region[],
  options: DetectOptions,
  { deadline, counts }: Search,
): Finding[] {
  const plan = planFor(options.entities);
  const candidates = parts.flatMap((part) => {
    const found: Candidate[] = [];
    collect(found, text.slice(part.start, part.end), part.start, plan, options);
    for (const pattern of options.extraPatterns ?? []) findExtra(found, text, part, pattern, deadline);
    return found.filter(
      ({ start, end }) =>
        (part.start === 0 || start - part.start >= EDGE) && (part.end === text.length || part.end - end >= EDGE),
    );
  });
  const threshold = options.threshold ?? DEFAULT_THRESHOLD;
  const around = options.context?.join(' ').toLowerCase();
  for (const candidate of candidates) raiseByContext(candidate, text, around);
  const kept = withoutOverlaps(candidates.filter((candidate) => candidate.score >= threshold && counts(candidate)));
  return kept.map(({ entity, start, end, score }) => ({ entity, start, end, score }));
}

function collect(into: Candidate[], text: string, offset: number, plan: DetectionPlan, options: DetectOptions): void {
  const scanned = scan(text);
  const settings: FindSettings = { phoneLeniency: options.phoneLeniency ?? 1 };
  const add = ({ detector, rank }: Ranked, start: number, end: number, score: number): void => {
    into.push({ entity: detector.name, start: start + offset, end: end + offset, score, rank, detector });
  };
  const judged = options.checkedOnly ? checkedScore : scoreOf;
  findWords(scanned, plan, judged, add);
  findTexts(scanned, plan, judged, add);
  for (const ranked of plan.finders) {
    ranked.detector.find?.(scanned, (start, end, score) => add(ranked, start, end, score), settings);
  }
}

type Add = (ranked: Ranked, start: number, end: number, score: number) => void;
/** Returns the score of a match, or `null` if the text is not a value after all. */
type Judge = (detector: Detector, rule: TextRule | WordRule, value: string) => number | null;

const scoreOf: Judge = ({ judge }, rule, value) => {
  const verdict = judge === undefined ? null : judge(value);
  return verdict === false ? null : verdict ? rule.checked : rule.score;
};

const checkedScore: Judge = (detector, rule, value) =>
  detector.judge === undefined || detector.judge(value) === true ? scoreOf(detector, rule, value) : null;

function findWords(scanned: Scan, { digitWords, mixedWords }: DetectionPlan, judged: Judge, add: Add): void {
  eachWord(scanned, (start, end, digitsOnly) => {
    const entries = (digitsOnly ? digitWords : mixedWords)[end - start] ?? [];
    if (entries.length === 0) return;
    const word = scanned.text.slice(start, end);
    for (const entry of entries) {
      if (!entry.rule.word.test(word)) continue;
      const score = judged(entry.detector, entry.rule, word);
      if (score !== null) add(entry, start, end, score);
    }
  });
}

function findTexts(
  { text, digitRegions }: Scan,
  { nearDigits, nearStrings }: DetectionPlan,
  judged: Judge,
  add: Add,
): void {
  for (const { start, end } of digitRegions) {
    const part = text.slice(start, end);
    for (const entry of nearDigits) matchesOf(entry, part, start, judged, add);
  }
  for (const entry of nearStrings) {
    const { near } = entry.rule;
    if (near !== 'digits' && near.some((string) => text.includes(string))) matchesOf(entry, text, 0, judged, add);
  }
}

function matchesOf(
  entry: Ranked & { readonly rule: TextRule },
  text: string,
  offset: number,
  judged: Judge,
  add: Add,
): void {
  const { detector, rule } = entry;
  rule.text.lastIndex = 0;
  for (let match = rule.text.exec(text); match !== null; match = rule.text.exec(text)) {
    const start = rule.text.lastIndex - (match[1] ?? match[0]).length;
    const end = endOfTail(rule, text, rule.text.lastIndex);
    rule.text.lastIndex = end;
    const score = judged(detector, rule, text.slice(start, end));
    if (score !== null) add(entry, offset + start, offset + end, score);
  }
}

function endOfTail({ tail }: TextRule, text: string, from: number): number {
  if (tail === undefined) return from;
  tail.lastIndex = from;
  return from + (tail.exec(text)?.[0].length ?? 0);
}

function findExtra(into: Candidate[], text: string, part: Region, pattern: CompiledPattern, deadline: number): void {
  for (const { start, end } of pattern.find(text.slice(part.start, part.end), deadline)) {
    const span = { start: start + part.start, end: end + part.start };
    into.push({ ...span, entity: pattern.entity, score: 1, rank: RANK_OF_EXTRA, detector: null });
  }
}

function raiseByContext(candidate: Candidate, text: string, around: string | undefined): void {
  const words = candidate.detector?.context;
  if (words === undefined || candidate.score >= 1) return;
  const { start, end } = candidate;
  const speaksForIt =
    (around !== undefined && words.some((word) => hasWord(around, word))) || hasContext(text, start, end, words);
  if (speaksForIt) candidate.score = raised(candidate.score);
}

/** The number of characters before and after a value within which a context word counts. */
const BEFORE = 64;
const AFTER = 32;
/** The amount by which a context word raises a score, and the minimum score after that, which is enough for the usual threshold. */
const RAISE = 0.35;
const FLOOR = 0.5;

/** Returns the score of a value next to a context word. */
const raised = (score: number): number => Math.min(1, Math.max(score + RAISE, FLOOR));

/** Returns true if one of the words, all lowercase, occurs as a whole word near `[start, end)`. */
function hasContext(text: string, start: number, end: number, words: readonly string[]): boolean {
  const before = text.slice(Math.max(0, start - BEFORE), start).toLowerCase();
  const after = text.slice(end, end + AFTER).toLowerCase();
  return words.some((word) => hasWord(before, word) || hasWord(after, word));
}

/** Returns true if the lowercase text contains the word. Letters must not touch the word, but digits may. */
function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (!isLetter(text, at - 1) && !isLetter(text, at + word.length)) return true;
  }
  return false;
}

const isLetter = (text: string, index: number): boolean => kindAt(text, index) === 1 && text.charAt(index) !== '_';
