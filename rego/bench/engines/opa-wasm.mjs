/** Runs `policy.wasm`, built by `opa build -t wasm`, in the loader that `OPA_WASM` names. */
import { createRequire } from 'node:module';
import { readCase, report } from '../lib/measure.mjs';

const { loadPolicy } = createRequire(import.meta.url)(process.env.OPA_WASM);

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const dateOf = (nanos) => new Date(nanos / 1e6);

/** Functions that neither the policy nor its loader includes: the application must provide them. */
const FUNCTIONS = {
  'time.parse_rfc3339_ns': (text) => Date.parse(text) * 1e6,
  'time.weekday': (nanos) => DAYS[dateOf(nanos).getUTCDay()],
  'time.clock': (nanos) => {
    const date = dateOf(nanos);
    return [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()];
  },
};

const { seconds, read, inputs } = readCase();
const policy = await loadPolicy(read('policy.wasm'), {}, FUNCTIONS);
policy.setData(bytesOf(read('data.json')));
report({
  seconds,
  // The loader accepts bytes as JSON text and does not parse or serialize them again.
  inputs: inputs.map((text) => bytesOf(Buffer.from(text))),
  decide: (input) => policy.evaluate(input)[0]?.result,
});

function bytesOf(buffer) {
  return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength);
}
