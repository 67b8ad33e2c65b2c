import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { COMPILE_CACHE } from '../support/compile-cache';

const ROLES = resolve(__dirname, '../../dist/src/roles');

/** What no process reads at its start: it comes with the setting, or with the request, that wants it. */
const FOR_NOBODY = [
  '@aws-sdk/client-s3',
  '@aws-sdk/client-secrets-manager',
  '@modelcontextprotocol/sdk',
  '@nestjs/swagger',
  '@opentelemetry/sdk-node',
  '@tus/server',
  '@xmldom/xmldom',
  'file-type',
  'ioredis',
  'libphonenumber-js',
  'nodemailer',
  'quickjs-emscripten-core',
  'xml-crypto',
];

/** Besides, what a role by itself has no use for. */
const NOT_FOR: Readonly<Record<string, { readonly files: readonly string[]; readonly packages: readonly string[] }>> = {
  all: {
    files: [
      'all/all.core',
      'sidecar/sidecar.surface',
      'control-plane/control-plane.surface',
      'backend/backend.surface',
    ],
    packages: [],
  },
  backend: {
    files: ['backend/backend.core', 'backend/backend.surface'],
    packages: ['@dbos-inc/dbos-sdk', 'graphql', 'passport'],
  },
  sidecar: {
    files: ['sidecar/sidecar.core', 'sidecar/sidecar.surface'],
    packages: ['@dbos-inc/dbos-sdk', '@node-rs/argon2', 'passport'],
  },
  worker: { files: ['worker/worker.core'], packages: ['@node-rs/argon2', 'graphql', 'jose', 'passport'] },
};

/** Loads files of the built product in a process of their own; tells the packages that came with them. */
function packagesOf(files: readonly string[]): readonly string[] {
  const program = `
    const found = new Set();
    require('node:module').registerHooks({
      load(url, context, next) {
        const [, name] = /.*\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url) ?? [];
        if (name) found.add(name);
        return next(url, context);
      },
    });
    require('reflect-metadata');
    for (const file of ${JSON.stringify(['run', ...files])}) require(${JSON.stringify(ROLES)} + '/' + file + '.js');
    process.stdout.write(JSON.stringify([...found]), () => process.exit());`;
  const env = { PATH: process.env['PATH'], ...COMPILE_CACHE };
  return JSON.parse(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8', env })) as string[];
}

describe('the code of a role', () => {
  it.each(Object.keys(NOT_FOR))('comes without packages that are not needed to start: %s', (role) => {
    const { files = [], packages = [] } = NOT_FOR[role] ?? {};
    const loaded = packagesOf(files);
    expect(loaded).toEqual(expect.arrayContaining(['@nestjs/core', 'typeorm']));
    expect([...FOR_NOBODY, ...packages].filter((name) => loaded.includes(name))).toEqual([]);
  });
});
