import { connectivityState as State } from '@grpc/grpc-js';
import { ServerPresence } from './server-presence';

/** Milliseconds on the mocked monotonic clock. */
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

it('a server is not present before it is reached', () => {
  const { presence, become } = channelIn(State.IDLE);
  expect(presence.isHere()).toBe(false);
  become(State.CONNECTING);
  expect(presence.isHere()).toBe(false);
  become(State.READY);
  expect(presence.isHere()).toBe(true);
});

it('a server stays present until an attempt to reach it fails', () => {
  const { presence, become } = channelIn(State.READY);
  become(State.IDLE);
  become(State.CONNECTING);
  expect(presence.isHere()).toBe(true);
  become(State.TRANSIENT_FAILURE);
  expect(presence.isHere()).toBe(false);
  become(State.READY);
  expect(presence.isHere()).toBe(true);
});

it('a server is awaited for three seconds each time it disappears', () => {
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

it('a server is awaited while the connection is idle, no matter for how long', () => {
  const { presence, become } = channelIn(State.READY);
  become(State.IDLE);
  passedMs += 3_600_000;
  expect(presence.isAwaited()).toBe(true);
});
