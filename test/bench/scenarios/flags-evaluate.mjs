import { compare, rowsOf } from '../lib/compare.mjs';
import { flagClient } from '../lib/flag-service.mjs';
import { grpcLoad } from '../lib/grpc-load.mjs';
import { grpcEcho } from '../lib/peers.mjs';
import { SERVICES } from '../lib/wire-contract.mjs';

export const title =
  'EvaluateFlag over gRPC: plain, targeted and shared flags, 64 in flight on one connection; echo is bare grpc-js';

const IN_FLIGHT = 64;
const SWITCH = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };
const DOCUMENT = {
  $evaluators: { staff: { ends_with: [{ var: 'email' }, '@example.com'] } },
  flags: {
    plain: { ...SWITCH, defaultVariant: 'on' },
    targeted: {
      ...SWITCH,
      targeting: { if: [{ and: [{ $ref: 'staff' }, { '==': [{ var: 'plan' }, 'pro'] }] }, 'on'] },
    },
    shared: {
      ...SWITCH,
      targeting: {
        fractional: [
          ['on', 100],
          ['off', 0],
        ],
      },
    },
  },
};
/** Each makes up a third of the requests: no attributes, attributes that a rule reads, and a user whose hash determines a rollout share. */
const QUESTIONS = [
  { flagKey: 'plain', userId: 'usr-1', attributesJson: '{}' },
  { flagKey: 'targeted', userId: 'usr-1', attributesJson: '{"email":"a@example.com","plan":"pro"}' },
  { flagKey: 'shared', userId: 'usr-1', attributesJson: '' },
];

export async function run(bench) {
  const installation = bench.install();
  await installation.controlPlane({ core: 'other' });
  await installation.putFlags(DOCUMENT);
  const sidecar = await installation.sidecar();
  const headers = installation.serviceHeaders();
  const client = flagClient(sidecar.address, headers);
  const answers = await Promise.all(QUESTIONS.map((question) => client.evaluate(question)));
  if (!answers.every(({ enabled }) => enabled)) throw new Error('The sidecar evaluates an enabled flag as off.');
  const echo = await grpcEcho(bench, 'FlagService', 'EvaluateFlag', answers[1]);
  await untilAnswers(flagClient(echo.address, headers));
  const { path } = SERVICES.FlagService().EvaluateFlag;
  const messages = QUESTIONS.map((question) => client.encode(question));
  const load = (address, expected) => (stop) =>
    grpcLoad(address, path, messages, {
      inFlight: IN_FLIGHT,
      headers,
      ...stop,
      expects: expected.map(client.encodeAnswer),
    });
  const figures = await compare(bench, {
    ours: { pids: [sidecar.pid], load: load(sidecar.address, answers) },
    echo: {
      pids: [echo.pid],
      load: load(
        echo.address,
        QUESTIONS.map(() => answers[1]),
      ),
    },
  });
  client.close();
  return rowsOf(figures, { peer: 'echo', atLeast: 0.7 });
}

async function untilAnswers(client) {
  while (!(await client.evaluate(QUESTIONS[0]).catch(() => null)));
  client.close();
}
