import type { PreparedRule } from '../policy-engine.js';
import { parseJson } from '../values/json.js';
import type { Value } from '../values/value.js';
import { type CommandSetting, type RegoCommand, RegoCommandFault } from './command.js';
import { numberOption, parseOptions, PATH_OPTIONS, readText } from './options.js';
import { loadPolicy } from './load-policy.js';

/** The number of evaluations between two readings of the clock: a reading costs about as much as a small evaluation. */
const PER_SAMPLE = 10;

/** `rego bench -d <path> <rule>` */
export const benchCommand = (setting: CommandSetting): RegoCommand => ({
  name: 'bench',
  summary: 'Measure how fast a rule is evaluated',
  usage: `Usage: ${setting.program} bench [options] [<path>…] <rule>

  -d, --data <path>     a .rego, .json or .yaml file, or a folder of them; can be repeated
  -b, --bundle <path>   a bundle, in which only data.json and data.yaml are data
  -i, --input <file>    the input document as JSON; parsed for each evaluation, as in production
  -s, --seconds <n>     the duration of the measurement (default 3), after half a second of warm-up`,
  async run(args, terminal) {
    const { values, positionals } = parseOptions(args, {
      ...PATH_OPTIONS,
      input: { type: 'string', short: 'i' },
      seconds: { type: 'string', short: 's', default: '3' },
    });
    const seconds = numberOption('seconds', values.seconds, 0.1, 600);
    const rule = positionals.at(-1);
    const paths = { data: [...values.data, ...positionals.slice(0, -1)], bundle: values.bundle };
    if (rule === undefined || paths.data.length + paths.bundle.length === 0) {
      throw new RegoCommandFault('Name a folder and a rule.', true);
    }
    const loaded = await loadPolicy(setting, paths, terminal);
    if (loaded === null) return 1;
    const prepared = loaded.policy.prepareRule(rule);
    if (prepared === undefined) throw new RegoCommandFault(`There is no rule ${rule}.`);
    const text = values.input === undefined ? undefined : readText(values.input);
    const evaluate = (): void => {
      outcomeOf(prepared, text === undefined ? undefined : parseJson(text));
    };
    measure(evaluate, 0.5);
    terminal.out(report(rule, measure(evaluate, seconds)));
    return 0;
  },
});

function outcomeOf(prepared: PreparedRule, input: Value | undefined): void {
  const evaluation = prepared.evaluate(input);
  if (evaluation.outcome === 'error') throw new RegoCommandFault(evaluation.error.toString());
  if (evaluation.outcome === 'limit') throw new RegoCommandFault(evaluation.message);
}

interface Measurement {
  readonly count: number;
  readonly seconds: number;
  /** Microseconds per evaluation, ascending. */
  readonly samples: readonly number[];
}

function measure(evaluate: () => void, seconds: number): Measurement {
  const samples: number[] = [];
  const began = performance.now();
  let now = began;
  while (now - began < seconds * 1_000) {
    const start = now;
    for (let index = 0; index < PER_SAMPLE; index++) evaluate();
    now = performance.now();
    samples.push(((now - start) * 1_000) / PER_SAMPLE);
  }
  return { count: samples.length * PER_SAMPLE, seconds: (now - began) / 1_000, samples: samples.sort((a, b) => a - b) };
}

function report(rule: string, { count, seconds, samples }: Measurement): string {
  const at = (share: number): string => `${(samples[Math.floor((samples.length - 1) * share)] ?? 0).toFixed(2)} µs`;
  const rows = [
    ['rule', rule],
    ['evaluations', count.toLocaleString('en')],
    ['per second', Math.round(count / seconds).toLocaleString('en')],
    ['mean', `${((seconds * 1e6) / count).toFixed(2)} µs`],
    ['p50', at(0.5)],
    ['p99', at(0.99)],
  ];
  return rows.map(([name = '', value = '']) => `${name.padEnd(14)}${value}\n`).join('');
}
