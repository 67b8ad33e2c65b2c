import { AstBuilder, compile, GherkinClassicTokenMatcher, Parser } from '@cucumber/gherkin';
import { IdGenerator, type Pickle } from '@cucumber/messages';
import type { FlagDocument } from '../contract/flag-document.types';
import { FlagSet } from '../engine/flag-set';
import { runStep, type World } from './steps';

export interface ConformanceReport {
  readonly passed: number;
  readonly total: number;
  readonly features: readonly { readonly feature: string; readonly passed: number; readonly total: number }[];
  readonly failures: readonly { readonly scenario: string; readonly reason: string }[];
  /** Scenarios that this evaluator does not claim to support, by tag. */
  readonly skipped: number;
}

/** A file of a suite: its name and its content. */
export interface SuiteFile {
  readonly name: string;
  readonly text: string;
}

/**
 * flagd's bucketing before its `fractional` became exact. A suite contains scenarios for both kinds, but an evaluator implements only one.
 */
const NOT_CLAIMED = ['@fractional-v1'];

/**
 * Runs scenarios of flagd-testbed's evaluator suite, in Gherkin, with flags in flagd's JSON. The flags are not checked, because the suite
 * also tests the evaluation of broken flags.
 */
export function runConformance(features: readonly SuiteFile[], flagFiles: readonly SuiteFile[]): ConformanceReport {
  const flags = new FlagSet(1, merge(flagFiles));
  const failures: { scenario: string; reason: string }[] = [];
  let skipped = 0;
  const rows = features.map(({ name, text }) => {
    let [passed, total] = [0, 0];
    for (const scenario of scenariosOf(name, text, failures)) {
      if (scenario.tags.some((tag) => NOT_CLAIMED.includes(tag.name))) {
        skipped += 1;
        continue;
      }
      total += 1;
      const reason = failureOf(scenario, flags);
      if (reason === null) passed += 1;
      else failures.push({ scenario: titleOf(name, scenario), reason });
    }
    return { feature: name, passed, total };
  });
  const sum = (key: 'passed' | 'total'): number => rows.reduce((count, row) => count + row[key], 0);
  return { passed: sum('passed'), total: sum('total'), features: rows, failures, skipped };
}

/** Returns the scenarios of a file, with their background and with examples filled in. A file without scenarios is a failure. */
function scenariosOf(name: string, text: string, failures: { scenario: string; reason: string }[]): readonly Pickle[] {
  try {
    const newId = IdGenerator.incrementing();
    const parser = new Parser(new AstBuilder(newId), new GherkinClassicTokenMatcher());
    const scenarios = compile(parser.parse(text), name, newId);
    if (scenarios.length === 0) failures.push({ scenario: name, reason: 'the file has no scenario' });
    return scenarios;
  } catch (error) {
    failures.push({ scenario: name, reason: error instanceof Error ? error.message : String(error) });
    return [];
  }
}

/** Scenarios of one outline have the same name, so the line distinguishes them. */
function titleOf(file: string, { name, location }: Pickle): string {
  return location ? `${file}:${location.line}: ${name}` : `${file}: ${name}`;
}

/** Returns the reason why a scenario failed, or `null` if it passed. */
function failureOf(scenario: Pickle, flags: FlagSet): string | null {
  const world: World = { flags, flag: null, context: new Map(), result: null };
  try {
    for (const step of scenario.steps) runStep(world, step);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Merges flag files into one document. */
function merge(files: readonly SuiteFile[]): FlagDocument {
  const documents = files.map(({ text }) => JSON.parse(text) as unknown as Partial<FlagDocument>);
  return documents.reduce<FlagDocument>(
    (merged, document) => ({
      flags: { ...merged.flags, ...document.flags },
      $evaluators: { ...merged.$evaluators, ...document.$evaluators },
      metadata: { ...merged.metadata, ...document.metadata },
    }),
    { flags: {} },
  );
}
