import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fromJson } from '@coresdk/rego/values';
import { eventually } from '../../../test/support/eventually';
import { createLogger } from '../../kernel/telemetry/logger';
import { PolicyDirectory } from './policy-directory';

let folder: string;
const open: PolicyDirectory[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'policy-directory-'));
});

afterEach(async () => {
  for (const directory of open.splice(0)) await directory.onModuleDestroy();
  await rm(folder, { recursive: true, force: true });
});

async function start(dir: string | null = folder): Promise<PolicyDirectory> {
  const config = { CORESDK_POLICY_DIR: dir, CORESDK_OPA_ADDR: null, POLICY_CPU_MS: 250 };
  const directory = new PolicyDirectory(config, createLogger('silent', 'test'));
  open.push(directory);
  await directory.onModuleInit();
  return directory;
}

const write = (name: string, text: string): Promise<void> => writeFile(path.join(folder, name), text);

function valueOf(directory: PolicyDirectory, rule: string, input: object = {}): unknown {
  const evaluation = directory.base().policy.prepareRule(rule)?.evaluate(fromJson(input));
  return evaluation?.outcome === 'value' ? evaluation.value : evaluation?.outcome;
}

describe('the base policy', () => {
  it('is the shipped policy if no folder is configured', async () => {
    const directory = await start(null);
    expect(valueOf(directory, 'data.coresdk.egress.allow', { host: 'a.example.com' })).toBe(true);
  });

  it('is replaced by the packages of the folder, and keeps its other packages', async () => {
    await mkdir(path.join(folder, 'lists'));
    await write(
      'egress.rego',
      'package coresdk.egress\n\ndefault allow := false\n\nallow if input.host in data.lists.hosts',
    );
    await write('lists/data.json', '{"hosts": ["only.example.com"]}');
    await write('egress_test.rego', 'package coresdk.egress_test\n\ntest_broken if false');
    const directory = await start();
    expect(valueOf(directory, 'data.coresdk.egress.allow', { host: 'only.example.com' })).toBe(true);
    expect(valueOf(directory, 'data.coresdk.egress.allow', { host: 'a.example.com' })).toBe(false);
    expect(valueOf(directory, 'data.tenant.isolated', { jwt_tenant: 'a', requested_tenant: 'a' })).toBe(true);
  });

  it.each<[string, () => Promise<void>, RegExp]>([
    ['does not exist', () => rm(folder, { recursive: true }), /CORESDK_POLICY_DIR cannot be used.*ENOENT/s],
    ['contains Rego with a fault', () => write('a.rego', 'package a\n\nallow if {'), /a\.rego:3/],
    ['contains a reference to an undefined name', () => write('a.rego', 'package a\n\nallow if nothing'), /a\.rego:3/],
    ['contains data that is not JSON', () => write('data.json', '{"a":'), /data\.json/],
    ['replaces the tenant wall', () => write('a.rego', 'package tenant_wall\n\ndeny := set()'), /tenant_wall/],
  ])('prevents startup with a clear error when the folder %s', async (_name, spoil, words) => {
    await spoil();
    await expect(start()).rejects.toMatchObject({ name: 'ConfigError', message: expect.stringMatching(words) });
  });

  it('reloads when the folder changes, notifies listeners, and keeps the last valid version', async () => {
    await write('a.rego', 'package a\n\nn := 1');
    const directory = await start();
    let told = 0;
    directory.onChange(() => told++);
    expect(valueOf(directory, 'data.a.n')).toBe(1);
    await write('a.rego', 'package a\n\nn := 22');
    await eventually(() => expect(valueOf(directory, 'data.a.n')).toBe(22));
    await write('a.rego', 'package a\n\nn := ');
    await new Promise((resolve) => setTimeout(resolve, 2_200));
    expect(valueOf(directory, 'data.a.n')).toBe(22);
    await write('a.rego', 'package a\n\nn := 333');
    await eventually(() => expect(valueOf(directory, 'data.a.n')).toBe(333));
    expect(told).toBe(2);
  });

  it('reloads when a link changes, as in folders that Kubernetes mounts', async () => {
    for (const n of [1, 2]) {
      await mkdir(path.join(folder, `..${n}`));
      await write(`..${n}/a.rego`, `package a\n\nn := ${n}`);
    }
    await symlink('..1', path.join(folder, '..data'));
    await symlink('..data/a.rego', path.join(folder, 'a.rego'));
    const directory = await start();
    expect(valueOf(directory, 'data.a.n')).toBe(1);
    await rm(path.join(folder, '..data'));
    await symlink('..2', path.join(folder, '..data'));
    await eventually(() => expect(valueOf(directory, 'data.a.n')).toBe(2));
  });
});
