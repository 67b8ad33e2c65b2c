import { parseJson, type PreparedRule, type Value } from '@coresdk/rego/node';
import { type Command, CommandFault } from '../command';
import { numberOption, parseOptions, readText } from '../options';
import { loadPolicy } from './load-policy';

/** Evaluations between two readings of the clock: a reading costs about as much as a small evaluation. */
const PER_SAMPLE = 10;

/** `coresdk policy bench <dir> <rule>` */
export const policyBench: Command = {
  name: 'policy bench',
  summary: 'Measure how fast a rule is decided',
  usage: `Usage: coresdk policy bench <dir> <rule> [options]

  -i, --input <file>    the input document, JSON; parsed anew for each evaluation, as in production
  -s, --seconds <n>     how long to measure (default 3), after half a second to warm up`,
  async run(args, terminal) {
    const { values, positionals } = parseOptions(args, {
      input: { type: 'string', short: 'i' },
      seconds: { type: 'string', short: 's', default: '3' },
    });
    const seconds = numberOption('seconds', values.seconds, 0.1, 600);
    const rule = positionals.at(-1);
    if (rule === undefined || positionals.length < 2) throw new CommandFault('Name a folder and a rule.', true);
    const loaded = await loadPolicy(positionals.slice(0, -1), terminal);
    if (loaded === null) return 1;
    const prepared = loaded.policy.prepareRule(rule);
    if (prepared === undefined) throw new CommandFault(`There is no rule ${rule}.`);
    const text = values.input === undefined ? undefined : readText(values.input);
    const evaluate = (): void => {
      outcomeOf(prepared, text === undefined ? undefined : parseJson(text));
    };
    measure(evaluate, 0.5);
    terminal.out(report(rule, measure(evaluate, seconds)));
    return 0;
  },
};

function outcomeOf(prepared: PreparedRule, input: Value | undefined): void {
  const evaluation = prepared.evaluate(input);
  if (evaluation.outcome === 'error') throw new CommandFault(evaluation.error.toString());
  if (evaluation.outcome === 'limit') throw new CommandFault(evaluation.message);
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
