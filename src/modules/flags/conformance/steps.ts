import type { PickleStep } from '@cucumber/messages';
import { isSame } from '../domain/document-diff';
import { checkContext } from '../contract/evaluation-context';
import type { FlagEvaluation } from '../contract/flag-evaluation.types';
import type { FlagSet } from '../engine/flag-set';
import { type FlagType, typedEvaluation } from '../contract/typed-evaluation';

/** The state of one scenario: the inputs and results of its steps so far. */
export interface World {
  flags: FlagSet;
  flag: { readonly key: string; readonly type: FlagType; readonly fallback: unknown } | null;
  readonly context: Map<string, unknown>;
  result: FlagEvaluation | null;
}

/** A failed expectation; its message contains the expected and the actual value. */
class Unmet extends Error {}

type Run = (world: World, texts: readonly string[], step: PickleStep) => void;

const TYPES: Readonly<Record<string, FlagType>> = {
  boolean: 'boolean',
  string: 'string',
  integer: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  number: 'number',
  object: 'object',
  structure: 'object',
};

/** The steps of flagd-testbed's evaluator suite. A quoted string may contain escaped quotes. */
const STEPS: readonly (readonly [RegExp, Run])[] = [
  [/^an evaluator$/, () => undefined],
  [/^an? (\w+)-flag with key "(.*?)" and a (?:fallback|default) value "(.*)"$/, givenFlag],
  [
    /^an? context containing a targeting key with value "(.*)"$/,
    (world, [value = '']) => void world.context.set('targetingKey', value),
  ],
  [/^an? context containing a key "(.*?)",? (?:with|of) type "(\w+)",? and with value "(.*)"$/, givenAttribute],
  [
    /^an? context containing a key "(.*?)",? with value "(.*)"$/,
    (world, [key = '', value = '']) => void world.context.set(key, value),
  ],
  [
    /^an? context containing a nested property with outer key "(.*?)" and inner key "(.*?)",? with value "(.*)"$/,
    givenNested,
  ],
  [/^an? context(?: with (?:the following )?(?:keys?|attributes|values)| containing)?:?$/, givenTable],
  [/^an empty context$|^no context$/, (world) => void world.context.clear()],
  [/^the flag (?:was|is) evaluated(?: with details)?$/, evaluate],
  [/^the (?:resolved )?(?:details )?value (?:should be|is) "(.*)"$/, thenValue],
  [
    /^the (?:resolved )?(?:details )?reason (?:should be|is) "(.*)"$/,
    (world, [wanted = '']) => void expectText('reason', wanted, resultOf(world).reason),
  ],
  [
    /^the (?:resolved )?(?:details )?variant (?:should be|is) "(.*)"$/,
    (world, [wanted = '']) => void expectText('variant', wanted, resultOf(world).variant ?? ''),
  ],
  [
    /^the (?:resolved )?(?:details )?variant (?:should be|is) (?:null|empty|missing|undefined|omitted)$/,
    (world) => void expectText('variant', '', resultOf(world).variant ?? ''),
  ],
  [
    /^the error-?\s?code (?:should be|is) "(.*)"$/,
    (world, [wanted = '']) => void expectText('error code', wanted, resultOf(world).errorCode ?? ''),
  ],
  [
    /^the error-?\s?code (?:should be|is) (?:null|empty|missing)$/,
    (world) => void expectText('error code', '', resultOf(world).errorCode ?? ''),
  ],
  [/^the (?:resolved|flag) metadata should contain$|^the (?:resolved|flag) metadata contains$/, thenMetadata],
  [
    /^the (?:resolved|flag) metadata (?:is|should be) empty$/,
    (world) => void expectText('metadata', '{}', JSON.stringify(resultOf(world).metadata)),
  ],
];

/** Runs a step. Errors: an `Error` if an expectation is not met, or if the step is unknown. */
export function runStep(world: World, step: PickleStep): void {
  const text = step.text.replace(/:$/, '');
  for (const [pattern, run] of STEPS) {
    const match = pattern.exec(text);
    if (match) {
      run(world, match.slice(1), step);
      return;
    }
  }
  throw new Unmet(`no such step: ${step.text}`);
}

function givenFlag(world: World, [type = '', key = '', fallback = '']: readonly string[]): void {
  const kind = TYPES[type.toLowerCase()];
  if (kind === undefined) throw new Unmet(`no such type of flag: ${type}`);
  world.flag = { key, type: kind, fallback: valueOf(type, fallback) };
}

function givenAttribute(world: World, [key = '', type = '', value = '']: readonly string[]): void {
  world.context.set(key, valueOf(type, value));
}

function givenNested(world: World, [outer = '', inner = '', value = '']: readonly string[]): void {
  const known = world.context.get(outer);
  world.context.set(outer, { ...(typeof known === 'object' ? known : {}), [inner]: value });
}

function givenTable(world: World, _texts: readonly string[], step: PickleStep): void {
  const [header = [], ...rows] = tableOf(step);
  for (const row of rows) {
    const cell = (name: RegExp): string | undefined => row[header.findIndex((title) => name.test(title))];
    world.context.set(cell(/^(?:key|name)$/i) ?? '', valueOf(cell(/type$/i) ?? 'String', cell(/^value$/i) ?? ''));
  }
}

function tableOf({ argument }: PickleStep): readonly (readonly string[])[] {
  return argument?.dataTable?.rows.map(({ cells }) => cells.map(({ value }) => value)) ?? [];
}

function evaluate(world: World): void {
  if (!world.flag) throw new Unmet('no flag was named');
  const { key, type, fallback } = world.flag;
  const read = checkContext(Object.fromEntries(world.context));
  if ('fault' in read) throw new Unmet(read.fault);
  world.result = typedEvaluation(world.flags.evaluate(key, read.context), type, fallback);
}

function thenValue(world: World, [text = '']: readonly string[]): void {
  const { value } = resultOf(world);
  const wanted = valueOf(world.flag?.type ?? 'string', text);
  if (!isSame(value, wanted)) throw new Unmet(`value: wanted ${JSON.stringify(wanted)}, got ${JSON.stringify(value)}`);
}

function thenMetadata(world: World, _texts: readonly string[], step: PickleStep): void {
  const { metadata } = resultOf(world);
  const [header = [], ...rows] = tableOf(step);
  for (const row of rows) {
    const cell = (name: RegExp): string => row[header.findIndex((title) => name.test(title))] ?? '';
    const wanted = valueOf(cell(/type$/i), cell(/^value$/i));
    const got = metadata[cell(/^key$/i)];
    if (!isSame(got, wanted)) {
      throw new Unmet(`metadata ${cell(/^key$/i)}: wanted ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`);
    }
  }
}

function resultOf(world: World): FlagEvaluation {
  if (!world.result) throw new Unmet('nothing was evaluated');
  return world.result;
}

function expectText(what: string, wanted: string, got: string): void {
  if (wanted !== got) throw new Unmet(`${what}: wanted "${wanted}", got "${got}"`);
}

/** Parses a value in the notation of scenarios: strings as is, and objects as JSON whose quotes may be escaped. */
function valueOf(type: string, text: string): unknown {
  const kind = TYPES[type.toLowerCase()];
  if (kind === 'boolean') return text.toLowerCase() === 'true';
  if (kind === 'number') return Number(text);
  if (kind === 'object') return JSON.parse(text.replaceAll('\\"', '"')) as unknown;
  return text;
}
