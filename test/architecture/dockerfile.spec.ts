import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseDockerfile } from '../support/dockerfile-parse';

const stages = parseDockerfile(readFileSync(path.join(__dirname, '../../Dockerfile'), 'utf8'));
const final = stages.at(-1);
const last = <Op extends string>(op: Op) => final?.instructions.findLast((instruction) => instruction.op === op);

describe('the Dockerfile', () => {
  test('is based on Node 24 in each stage', () => {
    expect(stages.map(({ base }) => base)).toEqual(stages.map(() => 'node:24-bookworm-slim'));
  });

  test('runs as a user that is not root', () => {
    expect(last('USER')).toEqual({ op: 'USER', uid: 1000, gid: 1000 });
  });

  test('runs in production mode with its data on a volume', () => {
    expect(last('ENV')).toMatchObject({ variables: { NODE_ENV: 'production', DATA_DIR: '/var/lib/coresdk' } });
    expect(last('VOLUME')).toMatchObject({ path: '/var/lib/coresdk' });
  });

  test('names the ports of all roles: backend, control plane, gRPC, health', () => {
    expect(last('EXPOSE')).toMatchObject({ ports: [8000, 8080, 50051, 9091] });
  });

  test('starts the process that npm start starts', () => {
    const scripts = readFileSync(path.join(__dirname, '../../scripts/run.mjs'), 'utf8');
    const [, argv = ''] = /start: \{[^[]*\[([^\]]*), \.\.\.args\]/.exec(scripts) ?? [];
    expect(last('CMD')).toMatchObject({ argv: ['node', ...argv.split(', ').map((one) => one.slice(1, -1))] });
  });
});

describe('the parser', () => {
  test.each(['ADD a b', 'COPY *.json ./', 'COPY --link a b', 'USER node', 'CMD node main.js', 'ENV A="b c"'])(
    'refuses what the replay could not carry out: %s',
    (line) => {
      expect(() => parseDockerfile(`FROM scratch\n${line}\n`)).toThrow();
    },
  );

  test('joins continued lines and drops comments between them', () => {
    expect(parseDockerfile('FROM a AS b\nRUN one && \\\n# why\n  two\n')).toEqual([
      { base: 'a', name: 'b', instructions: [{ op: 'RUN', command: 'one && two' }] },
    ]);
  });
});
