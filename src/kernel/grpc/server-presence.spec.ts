import { connectivityState as State } from '@grpc/grpc-js';
import { ServerPresence } from './server-presence';

/** Milliseconds that have passed, as the monotonic clock tells. */
let passedMs = 0;

beforeEach(() => void jest.spyOn(performance, 'now').mockImplementation(() => passedMs));
afterEach(() => jest.restoreAllMocks());

function channelIn(first: State) {
  let state = first;
  let changed = (): void => undefined;
  const channel = {
    getConnectivityState: (): State => state,
    watchConnectivityState: (_from: State, _deadline: Date | number, told: () => void): void => {
      changed = told;
    },
  };
  const become = (next: State): void => {
    state = next;
    changed();
  };
  return { presence: new ServerPresence(channel), become };
}

it('is not here before it was reached', () => {
  const { presence, become } = channelIn(State.IDLE);
  expect(presence.isHere()).toBe(false);
  become(State.CONNECTING);
  expect(presence.isHere()).toBe(false);
  become(State.READY);
  expect(presence.isHere()).toBe(true);
});

it('is here until an attempt to reach it has failed', () => {
  const { presence, become } = channelIn(State.READY);
  become(State.IDLE);
  become(State.CONNECTING);
  expect(presence.isHere()).toBe(true);
  become(State.TRANSIENT_FAILURE);
  expect(presence.isHere()).toBe(false);
  become(State.READY);
  expect(presence.isHere()).toBe(true);
});

it('is awaited for three seconds, each time that it goes', () => {
  const { presence, become } = channelIn(State.READY);
  passedMs += 3_600_000;
  for (let time = 0; time < 2; time++) {
    become(State.CONNECTING);
    passedMs += 2_000;
    become(State.TRANSIENT_FAILURE);
    passedMs += 1_000;
    expect(presence.isAwaited()).toBe(true);
    passedMs += 1;
    expect(presence.isAwaited()).toBe(false);
    become(State.READY);
    expect(presence.isAwaited()).toBe(true);
  }
});

it('is awaited while the connection rests, however long', () => {
  const { presence, become } = channelIn(State.READY);
  become(State.IDLE);
  passedMs += 3_600_000;
  expect(presence.isAwaited()).toBe(true);
});
