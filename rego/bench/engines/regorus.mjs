/**
 * regorus as WebAssembly, from the folder that `REGORUS` names. Mode `text` runs its interpreter, and mode `machine` runs its virtual
 * machine.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { readCase, report } from '../lib/measure.mjs';

const { Interpreter, Machine } = createRequire(import.meta.url)(path.join(process.env.REGORUS, 'regorus_bench.js'));

const { seconds, mode, read, rule, inputs } = readCase();
const policy = new (mode === 'machine' ? Machine : Interpreter)(
  read('policy.rego').toString(),
  read('data.json').toString(),
  rule,
);
report({ seconds, inputs, decide: (text) => JSON.parse(policy.decide(text)) });
