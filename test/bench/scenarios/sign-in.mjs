import { compare } from '../lib/compare.mjs';
import { measuresItself } from '../lib/measure-alone.mjs';
import { quantiles } from '../lib/numbers.mjs';
import { signInsOf } from '../lib/signing-in.mjs';

export const title = 'Sign-in with a new browser: the page, its form, and the redirect with the code; Argon2id alone';

const PASSKEYS_PER_SECOND = 150;

export async function run(bench) {
  const installation = bench.install();
  const controlPlane = await installation.controlPlane();
  const signIns = await signInsOf(installation);
  const contender = (signIn) => ({
    pids: [controlPlane.pid],
    databasePids: () => installation.databasePids(),
    load: async (stop) => {
      const { times, ...row } = await signIn(stop);
      return { ...row, ...quantiles(times) };
    },
  });
  const { passkey, password, argon2id } = await compare(bench, {
    passkey: contender(signIns.passkey),
    password: contender(signIns.password),
    argon2id: measuresItself('argon2'),
  });
  const share = Math.round((100 * argon2id.cpuUs) / password.cpuUs);
  const target = `≥ ${PASSKEYS_PER_SECOND}/s`;
  return [
    { contender: 'passkey', ...passkey, target, met: passkey.rate >= PASSKEYS_PER_SECOND },
    { contender: `password (${share}% of it Argon2id)`, ...password },
    { contender: 'argon2id', ...argon2id },
  ];
}
