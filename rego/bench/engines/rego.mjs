/** This package. Mode `text`: JSON in, JSON out, by `RegoPolicy.evaluate`. Mode `parsed`: a prepared rule and inputs that are values already. */
import { compile, fromJson, toJson } from '../../dist/esm/node.js';
import { readCase, report } from '../lib/measure.mjs';

const { seconds, mode, read, rule, inputs } = readCase();
const policy = await compile({ modules: read('policy.rego').toString(), data: JSON.parse(read('data.json')) });
if (mode === 'text') {
  report({ seconds, inputs, decide: (text) => policy.evaluate(rule, JSON.parse(text)) });
} else {
  const prepared = policy.policy.prepareRule(rule);
  report({
    seconds,
    inputs: inputs.map((text) => fromJson(JSON.parse(text))),
    decide: (input) => prepared.evaluate(input),
    resultOf: ({ value }) => (value === undefined ? null : toJson(value)),
  });
}
