import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../kernel/config/project-root';

/** A regular expression for the qualified name of a member, such as `Project.id`, with the value for it. */
type Sample<T> = readonly [name: string, value: T];

/** The values of `samples.json`, which the scaffolding also uses for its examples. */
interface Samples {
  /** A string for each format (JSON Schema 2020-12 validation §7.3). */
  readonly formats: Readonly<Record<string, string>>;
  /** The first match applies, if its value satisfies the schema. */
  readonly texts: readonly Sample<string>[];
  readonly numbers: readonly Sample<number>[];
  /** Strings that match common patterns in our schemas. */
  readonly common: readonly string[];
}

interface TextRules {
  readonly format?: string;
  readonly pattern?: string;
  /** Additional patterns that also apply. */
  readonly allOf?: readonly { readonly pattern?: string }[];
  readonly minLength?: number;
  readonly maxLength?: number;
}

let read: Samples | null = null;

/** Reads the samples when documents are generated, which happens in a checkout. */
function samples(): Samples {
  const file = path.join(projectRoot(), 'src/roles/openapi/samples.json');
  return (read ??= JSON.parse(readFileSync(file, 'utf8')) as Samples);
}

/**
 * Returns a sample string for a member; `null` if no known string satisfies the rules.
 * @param name the qualified name, such as `Project.id`; `.id` if the schema has no name
 */
export function sampleText(name: string, rules: TextRules): string | null {
  const { format, minLength = 0, maxLength = Infinity } = rules;
  const { formats, texts, common } = samples();
  const patterns = [rules, ...(rules.allOf ?? [])]
    .flatMap(({ pattern }) => pattern ?? [])
    .map((one) => new RegExp(one, 'u'));
  const formatted = formats[format ?? ''];
  const candidates = [...valuesFor(name, texts), ...(formatted === undefined ? common : [formatted])];
  const fits = candidates.find(
    (text) =>
      patterns.every((one) => one.test(text)) &&
      text.length >= minLength &&
      text.length <= maxLength &&
      (formatted === undefined || hasFormat(format ?? '', text)),
  );
  return fits ?? null;
}

/** Returns a sample number for a member; `null` if there is none for its name. */
export function sampleNumber(name: string): number | null {
  return valuesFor(name, samples().numbers)[0] ?? null;
}

const valuesFor = <T>(name: string, known: readonly Sample<T>[]): readonly T[] =>
  known.flatMap(([pattern, value]) => (new RegExp(pattern).test(name) ? [value] : []));

/** Returns whether a string has one of the formats for which there is a sample by name. */
function hasFormat(format: string, text: string): boolean {
  if (format === 'uri') return URL.canParse(text);
  if (format === 'email') return text.includes('@');
  if (format === 'date-time') return /^\d{4}-\d\d-\d\dT/.test(text);
  if (format === 'date') return /^\d{4}-\d\d-\d\d$/.test(text);
  return format === 'uuid' && text.length === 36;
}
