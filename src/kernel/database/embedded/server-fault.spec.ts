import { explainFault, isPortTaken } from './server-fault';

describe('the explanation of a failed server start', () => {
  it.each([
    [
      'could not extend file "base/1/2691": wrote only 4096 of 8192 bytes\nHINT:  Check free disk space.',
      'free some space',
    ],
    ['FATAL:  data directory "/d" has wrong ownership', 'must be 0700 and belong to the user that runs the server'],
    ['initdb: error: could not look up effective user ID 1234: user does not exist', 'an entry in /etc/passwd'],
    ['spawn /opt/bin/postgres EACCES', 'noexec'],
    ['something new', 'see postgres.log'],
  ])('adds advice to %j', (said, advice) => {
    const { message } = explainFault('start', said);
    expect(message).toContain(advice);
    expect(message).toContain(said);
  });

  it('distinguishes a port in use from other faults', () => {
    expect(isPortTaken('could not bind IPv4 address "127.0.0.1": Address already in use')).toBe(true);
    expect(isPortTaken('No space left on device')).toBe(false);
  });
});
