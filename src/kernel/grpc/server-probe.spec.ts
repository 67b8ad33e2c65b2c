import { setImmediate as turn } from 'node:timers/promises';
import { ServerProbe } from './server-probe';

describe('the probe of a sidecar', () => {
  let now: number;
  let answers: ((hasAnswered: boolean) => void)[];
  let probe: ServerProbe;

  beforeEach(() => {
    now = 0;
    answers = [];
    const ask = (): Promise<boolean> => new Promise((resolve) => answers.push(resolve));
    probe = new ServerProbe(ask, () => now);
  });

  const answer = async (hasAnswered: boolean): Promise<void> => {
    answers.at(-1)?.(hasAnswered);
    await turn();
  };

  it('sends one request at a time, at most one per second', async () => {
    probe.isAnswering();
    now += 5_000;
    probe.isAnswering();
    expect(answers).toHaveLength(1);
    await answer(true);
    probe.isAnswering();
    probe.isAnswering();
    expect(answers).toHaveLength(2);
    await answer(true);
    now += 999;
    probe.isAnswering();
    expect(answers).toHaveLength(2);
  });

  it('reports a sidecar as down after two requests in a row without a response, until it responds', async () => {
    expect(probe.isAnswering()).toBe(true);
    await answer(false);
    now += 1_000;
    expect(probe.isAnswering()).toBe(true);
    await answer(false);
    now += 1_000;
    expect(probe.isAnswering()).toBe(false);
    await answer(true);
    expect(probe.isAnswering()).toBe(true);
  });

  it('continues after a request that could not be sent', async () => {
    let asked = 0;
    probe = new ServerProbe(
      () => {
        asked += 1;
        return Promise.reject(new Error('The channel is closed.'));
      },
      () => now,
    );
    for (let count = 0; count < 3; count += 1) {
      probe.isAnswering();
      now += 1_000;
      await turn();
    }
    expect([asked, probe.isAnswering()]).toEqual([3, false]);
  });
});
