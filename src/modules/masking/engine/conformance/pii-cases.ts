/** Text, and the findings that an entity's detector must return, from Presidio's tests. */
export interface PiiCase {
  readonly recognizer: string | null;
  readonly test: string;
  readonly text: string;
  readonly entity: string;
  /** The number of findings, if known. */
  readonly expected_count?: number;
  /** The positions in code points; empty if only the number is known. */
  readonly expected_spans?: readonly (readonly [start: number, end: number])[];
  readonly extra?: { readonly leniency?: 0 | 1 | 2 | 3 };
}

/** A value and the expected result of an entity's check. */
export interface PiiValue {
  readonly source: string;
  readonly test: string;
  readonly value: string;
  readonly expected: boolean | null;
}

export interface PiiCases {
  readonly cases: readonly PiiCase[];
  readonly validators: readonly PiiValue[];
}

/** Parses the cases of a file. Throws `SyntaxError` if the file is not JSON, and `TypeError` if the JSON has a different structure. */
export function parsePiiCases(json: string): PiiCases {
  const value: unknown = JSON.parse(json);
  const { cases, validators = [] } = isObject(value) ? value : {};
  if (!Array.isArray(cases) || !Array.isArray(validators)) throw new TypeError('There is no array "cases".');
  cases.forEach((item, index) => expectTexts(item, ['test', 'text', 'entity'], `cases/${index}`));
  validators.forEach((item, index) => expectTexts(item, ['source', 'test', 'value'], `validators/${index}`));
  return { cases: cases as PiiCase[], validators: validators as PiiValue[] };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function expectTexts(item: unknown, names: readonly string[], place: string): void {
  const missing = names.find((name) => !isObject(item) || typeof item[name] !== 'string');
  if (missing !== undefined) throw new TypeError(`${place} has no string "${missing}".`);
}
