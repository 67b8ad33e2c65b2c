import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../kernel/config/project-root';

/** The strings of `samples.json`, which the scaffolding also uses for its examples. */
interface Samples {
  /** A string for each format (JSON Schema 2020-12 validation §7.3). */
  readonly formats: Readonly<Record<string, string>>;
  /** Strings by the end of the member's name; the first match applies. */
  readonly names: readonly { readonly ends: string; readonly flags: string; readonly text: string }[];
  /** Strings that match common patterns of our schemas. */
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

/** Returns a sample string for a member of this name; `null` if no known one satisfies the rules. */
export function sampleText(name: string, rules: TextRules): string | null {
  const { format, minLength = 0, maxLength = Infinity } = rules;
  const { formats, names, common } = samples();
  const patterns = [rules, ...(rules.allOf ?? [])]
    .flatMap(({ pattern }) => pattern ?? [])
    .map((one) => new RegExp(one, 'u'));
  const named = names.flatMap(({ ends, flags, text }) => (new RegExp(ends, flags).test(name) ? [text] : []));
  const formatted = formats[format ?? ''];
  const candidates = formatted === undefined ? [...named, ...common] : [formatted];
  const fits = candidates.find(
    (text) => patterns.every((one) => one.test(text)) && text.length >= minLength && text.length <= maxLength,
  );
  return fits ?? null;
}
