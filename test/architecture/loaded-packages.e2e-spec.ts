import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { COMPILE_CACHE } from '../support/compile-cache';

const ROLES = resolve(__dirname, '../../dist/src/roles');

/** Packages that a process loads only for a setting or a request that needs them, never at startup. */
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

/** For each role, further packages that it does not need, and its surfaces with their files. */
const NOT_FOR: Readonly<
  Record<string, { readonly surfaces: Readonly<Record<string, string>>; readonly packages: readonly string[] }>
> = {
  all: {
    surfaces: {
      grpc: 'sidecar/sidecar.surface',
      internal: 'control-plane/control-plane.surface',
      public: 'backend/backend.surface',
    },
    packages: [],
  },
  backend: {
    surfaces: { public: 'backend/backend.surface' },
    packages: ['graphql', 'passport'],
  },
  sidecar: {
    surfaces: { grpc: 'sidecar/sidecar.surface' },
    packages: ['@node-rs/argon2', '@node-rs/bcrypt', 'passport'],
  },
  worker: { surfaces: {}, packages: ['@node-rs/argon2', '@node-rs/bcrypt', 'graphql', 'jose', 'passport'] },
};

/** In a separate process, loads the modules that a role hosts. Returns the packages that were loaded. */
function packagesOf(role: string, surfaces: Readonly<Record<string, string>>): readonly string[] {
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
    const load = (file) => require(${JSON.stringify(ROLES)} + '/' + file + '.js');
    for (const file of ${JSON.stringify(['run', ...Object.values(surfaces)])}) load(file);
    const { controllersOf, hostedModules } = load('hosting');
    const controllers = ${JSON.stringify(Object.keys(surfaces))}.map((surface) => controllersOf(surface));
    Promise.all([hostedModules(${JSON.stringify(role)}), ...controllers]).then((hosted) => {
      if (hosted.some(({ length }) => length === 0)) throw new Error('Nothing was loaded.');
      process.stdout.write(JSON.stringify([...found]), () => process.exit());
    });`;
  const env = { PATH: process.env['PATH'], ...COMPILE_CACHE };
  return JSON.parse(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8', env })) as string[];
}

describe('the code of a role', () => {
  it.each(Object.keys(NOT_FOR))('loads only packages that startup needs: %s', (role) => {
    const { surfaces = {}, packages = [] } = NOT_FOR[role] ?? {};
    const loaded = packagesOf(role, surfaces);
    expect(loaded).toEqual(expect.arrayContaining(['@nestjs/core', 'typeorm']));
    expect([...FOR_NOBODY, ...packages].filter((name) => loaded.includes(name))).toEqual([]);
  });
});
