import { noisyDrill } from './noisy.drill';
import { ATTACKS } from './noisy/attacks';

const SOME = ['workflow with 40,000 members', 'nested skills', 'failing writes under one key'];

it('a tenant keeps getting responses, whatever a different tenant does', async () => {
  const rows = await noisyDrill(
    2,
    ATTACKS.filter(({ name }) => SOME.includes(name)),
  );
  expect(rows.map(({ attack, requests, refused }) => ({ attack, requests, refused }))).toEqual(
    SOME.map((attack) => ({ attack, requests: 100, refused: {} })),
  );
});
