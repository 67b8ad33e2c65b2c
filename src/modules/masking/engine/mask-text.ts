import { detectWithin } from './detect';
import type { DetectOptions, Finding, Replacer } from './engine.types';
import { patternDeadline } from './patterns';
import { fold } from './scan/fold';
import type { Region } from './scan/scan';
import { REDACTED, RedactedText } from './redacted-text';

/** A value can hide an adjacent value; each round finds at least one more. */
const MAX_ROUNDS = 8;
/**
 * The number of characters around a found value in which another value can appear, extended to the ends of the line by at most
 * `REST_OF_LINE`.
 */
const NEIGHBORHOOD = 320;
const REST_OF_LINE = 4_096;

/**
 * Returns the text with each found value replaced. If the replacer returns `[REDACTED]`, no found value is left, and masking the result
 * again does not change it; a caller's pattern that matches part of `[REDACTED]` is applied for eight rounds. The result is empty only if
 * the text is empty. Takes time linear in the text.
 */
export function maskText(text: string, replacer: Replacer, options: DetectOptions = {}): string {
  const findings = findToMask(text, options);
  if (findings.length === 0) return text;
  const parts: string[] = [];
  let from = 0;
  for (const finding of findings) {
    const value = text.slice(finding.start, finding.end);
    parts.push(text.slice(from, finding.start), replacer(value, finding) || REDACTED);
    from = finding.end;
  }
  parts.push(text.slice(from));
  return parts.join('');
}

/**
 * Returns the spans of text to replace: the findings, and further findings that appear only after the first ones are replaced. The spans
 * are sorted and disjoint. A `[REDACTED]` in the text is not replaced. Text with look-alike characters is searched both as written, because
 * a caller's pattern may match such characters, and as a person reads it.
 */
export function findToMask(text: string, options: DetectOptions = {}): Finding[] {
  const timed = { ...options, deadline: options.deadline ?? patternDeadline(text) };
  let shadow = RedactedText.of(text);
  let asRead = findAsRead(text, timed);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    shadow = searched(shadow, timed, asRead);
    asRead = findAsRead(shadow.text, timed);
    if (asRead.length === 0) break;
  }
  return shadow.findings;
}

type Timed = DetectOptions & { readonly deadline: number };

/** Returns the findings in the text as a person reads it; returns an empty list if that is the same as the text as written. */
function findAsRead(text: string, options: Timed): Finding[] {
  const folded = fold(text);
  if (folded === null) return [];
  const { findings } = searched(RedactedText.of(folded.text), options, []);
  return findings.map((finding) => ({ ...finding, ...folded.toOriginal(finding.start, finding.end) }));
}

/** Returns a shadow in which the findings in the text as written, and the findings that are already known, are redacted. */
function searched(before: RedactedText, options: Timed, known: readonly Finding[]): RedactedText {
  let shadow = before;
  const whole = [{ start: 0, end: before.text.length }];
  const { deadline } = options;
  let found = detectWithin(before.text, whole, options, { deadline, counts: (span) => !before.isHidden(span) });
  found = [...known, ...found];
  for (let round = 0; found.length > 0 && round < MAX_ROUNDS; round++) {
    const { shadow: current, fresh } = shadow.without(found);
    shadow = current;
    const parts = neighborhoods(current.text, fresh);
    found = detectWithin(current.text, parts, options, { deadline, counts: (span) => !current.isHidden(span) });
  }
  return found.length === 0 ? shadow : shadow.without(found).shadow;
}

function neighborhoods(text: string, regions: readonly Region[]): Region[] {
  const wide: { start: number; end: number }[] = [];
  for (const region of regions) {
    const last = wide.at(-1);
    if (last && region.end + NEIGHBORHOOD <= last.end) continue;
    const start = lineStart(text, Math.max(0, region.start - NEIGHBORHOOD));
    const end = lineEnd(text, Math.min(text.length, region.end + NEIGHBORHOOD));
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else wide.push({ start, end });
  }
  return wide;
}

function lineStart(text: string, from: number): number {
  const before = text.slice(Math.max(0, from - REST_OF_LINE), from);
  return from - (before.length - (before.lastIndexOf('\n') + 1));
}

function lineEnd(text: string, from: number): number {
  const at = text.slice(from, from + REST_OF_LINE).indexOf('\n');
  return at === -1 ? Math.min(text.length, from + REST_OF_LINE) : from + at;
}
