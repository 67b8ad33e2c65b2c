import { NotificationHeartbeat } from './notification-heartbeat';

describe('the notification heartbeat', () => {
  let now: number;
  let sent: number;
  let heartbeat: NotificationHeartbeat;
  const send = (): Promise<void> => {
    sent += 1;
    return Promise.resolve();
  };

  beforeEach(() => {
    now = 0;
    sent = 0;
    heartbeat = new NotificationHeartbeat(undefined, () => now);
  });

  /** Lets time pass and calls `beat` once a second, as the change feed does. */
  const pass = async (seconds: number, sending = send): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      await heartbeat.beat(sending);
      now += 1_000;
    }
  };

  it('is sent every five seconds', async () => {
    await pass(11);
    expect(sent).toBe(3);
  });

  it('does not report a fault while notifications arrive, whether from this process or from other processes', async () => {
    for (let count = 0; count < 10; count += 1) {
      await pass(6);
      heartbeat.received();
      expect(heartbeat.fault()).toBeNull();
    }
  });

  it('reports a fault after ten seconds without a notification, until one arrives', async () => {
    await pass(9);
    expect(heartbeat.fault()).toBeNull();
    await pass(1);
    expect(heartbeat.fault()).toMatch(/^change feed: no notification arrived for 10 s/);
    heartbeat.received();
    expect(heartbeat.fault()).toBeNull();
  });

  it('does not report a fault if heartbeats cannot be sent', async () => {
    await pass(30, () => Promise.reject(new Error('The database is away.')));
    expect(heartbeat.fault()).toBeNull();
    await pass(9);
    expect(heartbeat.fault()).toBeNull();
  });
});
