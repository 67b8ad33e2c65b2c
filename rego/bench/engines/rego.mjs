/** This package. Mode `text`: JSON in, JSON out, through `RegoPolicy.evaluate`. Mode `parsed`: a prepared rule and parsed inputs. */
import { compile, fromJson, toJson } from '../../dist/esm/node.js';
import { readCase, report } from '../lib/measure.mjs';

/** The default limits with a longer deadline: the first decision prepares data for later ones, and other processes might occupy the CPU. */
const OPTIONS = { limits: { deadlineMs: 60_000 } };

const { seconds, mode, read, rule, inputs } = readCase();
const policy = await compile({ modules: read('policy.rego').toString(), data: JSON.parse(read('data.json')) });
if (mode === 'text') {
  report({ seconds, inputs, decide: (text) => policy.evaluate(rule, JSON.parse(text), OPTIONS) });
} else {
  const prepared = policy.policy.prepareRule(rule);
  report({
    seconds,
    inputs: inputs.map((text) => fromJson(JSON.parse(text))),
    decide: (input) => prepared.evaluate(input, OPTIONS),
    resultOf: ({ outcome, value }) => (outcome === 'value' ? toJson(value) : outcome),
  });
}
