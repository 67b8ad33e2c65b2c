import type { Verdict } from '../detector';
import { detect } from '../detect';
import { isPanShape } from '../detectors/india';
import { verdictOf } from '../verdict';
import type { PiiCase, PiiCases, PiiValue } from './pii-cases';

export interface PiiCount {
  readonly name: string;
  readonly passed: number;
  readonly total: number;
}

export interface PiiReport extends Omit<PiiCount, 'name'> {
  /** Counts by recognizer, sorted by name. */
  readonly recognizers: readonly PiiCount[];
  /** The checks of single values, by the file that contains them. */
  readonly values: readonly PiiCount[];
  readonly failures: readonly { readonly name: string; readonly reason: string }[];
  /** True when at least 95% of the cases and all checks of values pass. */
  readonly conforms: boolean;
}

const ENOUGH = 0.95;

/** Entities for recognizers that have a different name. */
const ENTITY_OF_RECOGNIZER: Readonly<Record<string, string>> = {
  aba_routing: 'ABA_ROUTING_NUMBER',
  date: 'DATE_TIME',
  email: 'EMAIL_ADDRESS',
  iban: 'IBAN_CODE',
  ip: 'IP_ADDRESS',
  nhs: 'UK_NHS',
  phone: 'PHONE_NUMBER',
  sg_fin: 'SG_NRIC_FIN',
  us_bank: 'US_BANK_NUMBER',
};

/**
 * Runs cases in the format of Presidio's recognizer tests: detects only the named entity, at threshold 0. The cases define two recognizer
 * settings: the leniency for telephone numbers and, in the test's name, whether only numbers with valid check digits count.
 */
export function runPiiConformance({ cases, validators }: PiiCases): PiiReport {
  const ofCases = cases.map((item) => ({
    name: item.recognizer ?? item.entity,
    what: item.text,
    reason: caseFault(item),
  }));
  const ofValues = validators.map((item) => ({ name: item.source, what: item.value, reason: valueFault(item) }));
  const passed = ofCases.filter(({ reason }) => reason === undefined).length;
  return {
    passed,
    total: cases.length,
    recognizers: counts(ofCases),
    values: counts(ofValues),
    failures: [...ofCases, ...ofValues].flatMap(({ name, what, reason }) =>
      reason === undefined ? [] : [{ name: `${name} ${JSON.stringify(what)}`, reason }],
    ),
    conforms: passed >= ENOUGH * cases.length && ofValues.every(({ reason }) => reason === undefined),
  };
}

const isStrict = ({ test }: { readonly test: string }): boolean => test.includes('strict_mode');

function caseFault(item: PiiCase): string | undefined {
  const { text, entity, expected_count: count, expected_spans: spans = [], extra } = item;
  const found = detect(text, {
    entities: [entity],
    threshold: 0,
    checkedOnly: isStrict(item),
    ...(extra?.leniency !== undefined && { phoneLeniency: extra.leniency }),
  }).map(({ start, end }) => [codePoints(text, start), codePoints(text, end)]);
  if (count !== undefined && found.length !== count) return `wanted ${count}, found ${JSON.stringify(found)}`;
  // A case that expects no finding, or only a number of findings, can still contain the position of a possible finding.
  const isPlaced = count !== 0 && spans.length > 0 && spans.length >= (count ?? 0);
  const isRight = !isPlaced || JSON.stringify(found) === JSON.stringify(spans.toSorted(([a], [b]) => a - b));
  return isRight ? undefined : `wanted ${JSON.stringify(spans)}, found ${JSON.stringify(found)}`;
}

const codePoints = (text: string, units: number): number => Array.from(text.slice(0, units)).length;

function valueFault(item: PiiValue): string | undefined {
  const verdict = verdictOn(item);
  return verdict === item.expected ? undefined : `wanted ${String(item.expected)}, got ${String(verdict)}`;
}

function verdictOn(item: PiiValue): Verdict {
  if (item.test.includes('pan_format')) return isPanShape(item.value);
  const recognizer = item.source.replace(/^test_/, '').replace(/_recognizer\.py$|\.py$/, '');
  const verdict = verdictOf(ENTITY_OF_RECOGNIZER[recognizer] ?? recognizer.toUpperCase(), item.value);
  return isStrict(item) ? verdict === true : verdict;
}

function counts(results: readonly { readonly name: string; readonly reason: string | undefined }[]): PiiCount[] {
  const names = [...new Set(results.map(({ name }) => name))].sort();
  return names.map((name) => {
    const own = results.filter((result) => result.name === name);
    return { name, passed: own.filter(({ reason }) => reason === undefined).length, total: own.length };
  });
}
