import { linesThatMatch, sourceFiles } from '../support/source-files';

const files = sourceFiles();
const outside = (...places: readonly RegExp[]) => files.filter(({ path }) => !places.some((place) => place.test(path)));

describe('the output of processes', () => {
  it('goes through the logger, except for text meant for the terminal', () => {
    const terminal = [
      /^src\/cli\//,
      // The banner, and the error message of a process that does not start.
      /^src\/roles\/run\.ts$/,
      /^src\/kernel\/config\/require-node\.ts$/,
      // Mail without a mail server: its links are secrets, which must not appear in a log.
      /^src\/modules\/users\/mail\/mailers-without-server\.ts$/,
    ];
    const writes = /\bconsole\.\w+\(|\bprocess\.(stdout|stderr)\b|\bwriteSync\(/;
    expect(linesThatMatch(outside(...terminal), writes)).toEqual([]);
  });

  it('is masked: no role creates a logger without masking', () => {
    const made = linesThatMatch(outside(/^src\/kernel\/telemetry\/logger\.ts$/), /\bcreateLogger\(/);
    expect(made).toHaveLength(1);
    expect(made[0]).toMatch(/^src\/roles\/start-role\.ts:\d+: .*maskLogRecord\);$/);
    expect(linesThatMatch(outside(/^src\/kernel\/telemetry\/logger\.ts$/), /from 'pino'/)).toEqual([]);
  });
});
