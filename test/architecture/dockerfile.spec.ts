import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseDockerfile } from '../support/dockerfile-parse';

const stages = parseDockerfile(readFileSync(path.join(__dirname, '../../Dockerfile'), 'utf8'));
const final = stages.at(-1);
const last = <Op extends string>(op: Op) => final?.instructions.findLast((instruction) => instruction.op === op);

describe('the Dockerfile', () => {
  test('uses Node 24 as the base of each stage', () => {
    expect(stages.map(({ base }) => base)).toEqual(stages.map(() => 'node:24-bookworm-slim'));
  });

  test('runs as a non-root user', () => {
    expect(last('USER')).toEqual({ op: 'USER', uid: 1000, gid: 1000 });
  });

  test('runs in production mode with its data on a volume', () => {
    expect(last('ENV')).toMatchObject({ variables: { NODE_ENV: 'production', DATA_DIR: '/var/lib/coresdk' } });
    expect(last('VOLUME')).toMatchObject({ path: '/var/lib/coresdk' });
  });

  test('exposes the ports of all roles: backend, control plane, gRPC, health', () => {
    expect(last('EXPOSE')).toMatchObject({ ports: [8000, 8080, 50051, 9091] });
  });

  test('starts the same process as npm start', () => {
    const flags = pathToFileURL(path.join(__dirname, '../../scripts/steps/server-flags.mjs')).href;
    const program = `import { serverFlags } from '${flags}'; console.log(JSON.stringify(serverFlags))`;
    const serverFlags = JSON.parse(
      execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }),
    ) as string[];
    const scripts = readFileSync(path.join(__dirname, '../../scripts/run.mjs'), 'utf8');
    expect(scripts).toContain('become([...serverFlags, programs.server, ...args]');
    expect(last('CMD')).toMatchObject({ argv: ['node', ...serverFlags, 'dist/bundle/src/main.js'] });
  });
});

describe('the parser', () => {
  test.each(['ADD a b', 'COPY *.json ./', 'COPY --link a b', 'USER node', 'CMD node main.js', 'ENV A="b c"'])(
    'rejects lines that the replay cannot execute: %s',
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
