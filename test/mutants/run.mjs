/** `npm run mutants -- [--only REGEXP]`; see README.md. */
import { secondsSince } from '../../scripts/steps/report.mjs';
import { INTERRUPTED, readPattern } from './command.mjs';
import { faultOf, readMutants } from './mutants.mjs';
import { TemporaryCheckout } from './temporary-checkout.mjs';

const USAGE = `npm run mutants -- [--only REGEXP]

  --only  only mutants whose file or rule matches this regular expression`;

/**
 * Runs the specs of the mutants on unchanged code. Returns the failing specs, each with its first failure. Ends the process if the run
 * hangs.
 */
async function failingSpecs(checkout, mutants) {
  const specs = [...new Set(mutants.map(({ spec }) => spec))];
  console.log(`Running ${specs.length} specs without a mutant`);
  const result = await checkout.run(specs);
  if (result) return result.failures;
  if (checkout.isStopped) return new Map();
  console.error(
    'The run without a mutant did not end, so no mutant can be judged. Run `npm test` to find the spec that hangs.',
  );
  process.exit(1);
}

/** Returns the reason why a mutant survived; `null` if a test killed it. */
async function judge(checkout, mutant) {
  const restore = await checkout.mutate(mutant);
  try {
    const result = await checkout.run([mutant.spec]);
    if (!result) return 'the run did not end, or could not start';
    if (result.failedTests > 0) return null;
    return result.failures.get(mutant.spec) ?? `${mutant.spec} passes`;
  } finally {
    restore();
  }
}

/** Tests mutants one by one. Returns those that survived, each with the reason. */
async function judgeAll(checkout, mutants) {
  const failing = await failingSpecs(checkout, mutants);
  const survivors = [];
  for (const [index, mutant] of mutants.entries()) {
    if (checkout.isStopped) break;
    const start = performance.now();
    const failure = failing.get(mutant.spec);
    const reason = failure ? `${mutant.spec} fails without it: ${failure}` : await judge(checkout, mutant);
    if (checkout.isStopped) break;
    if (reason !== null) survivors.push({ ...mutant, reason });
    const outcome = reason === null ? 'killed  ' : 'SURVIVED';
    console.log(`${index + 1}/${mutants.length} ${outcome} ${mutant.file}: ${mutant.rule} (${secondsSince(start)})`);
  }
  return survivors;
}

const pattern = readPattern(USAGE);
const chosen = readMutants().filter(({ file, rule }) => pattern.test(file) || pattern.test(rule));
const checked = chosen.map((mutant) => ({ ...mutant, reason: faultOf(mutant) }));
const broken = checked.filter(({ reason }) => reason !== null);
const mutants = checked.filter(({ reason }) => reason === null);

const checkout = new TemporaryCheckout();
process.on('exit', () => checkout.remove());
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => checkout.stop());
const survivors = mutants.length > 0 ? await judgeAll(checkout, mutants) : [];

for (const { file, rule, reason } of [...broken, ...survivors]) console.log(`${file}: ${rule}\n    ${reason}`);
if (checkout.isStopped) process.exit(INTERRUPTED);
const killed = mutants.length - survivors.length;
console.log(`${killed} of ${chosen.length} mutants killed, ${survivors.length} survived, ${broken.length} out of date`);
process.exitCode = killed === chosen.length && killed > 0 ? 0 : 1;
