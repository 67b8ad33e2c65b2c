import { createServer } from 'node:net';
import { once } from 'node:events';
import { assertNotWindows, findPlatform } from '../../scripts/steps/platforms.mjs';
import { ownerOf } from '../../scripts/steps/port-owners.mjs';
import { portsOf, probesOf } from '../../scripts/steps/ports.mjs';
import { assertAbleToInstall } from '../../scripts/steps/runtime.mjs';
import { ROLES } from '../../src/roles/role.config';
import { inspectSettings, PORTS_OF } from '../../src/roles/settings';
import { freePorts } from '../support/free-ports';

const wanted = (environment: Readonly<Record<string, string>>) =>
  portsOf(environment).map(({ variable, port, hosts }) => [variable, port, hosts.join(' ')]);

describe('the ports that a start checks', () => {
  it.each(ROLES)('are those of the role %s, with the defaults of the product', (ROLE) => {
    const { role } = inspectSettings({ ROLE }).settings;
    const own = PORTS_OF[ROLE].map((name) => [name, role[name]]);
    const sidecar = ROLE === 'all' || ROLE === 'sidecar' ? [['CORESDK_SIDECAR_ADDR', 50_051]] : [];
    expect(portsOf({ ROLE }).map(({ variable, port }) => [variable, port])).toEqual([...own, ...sidecar]);
  });

  it('belong to the addresses at which the product listens', () => {
    expect(wanted({ PORT: ' 9000 ' })).toEqual([
      ['PORT', 9_000, ':: 0.0.0.0'],
      ['CONTROL_PLANE_PORT', 8_080, '127.0.0.1'],
      ['HEALTH_PORT', 9_091, '127.0.0.1'],
      ['CORESDK_SIDECAR_ADDR', 50_051, '127.0.0.1 ::1'],
    ]);
    expect(wanted({ ROLE: 'control-plane', INTERNAL_ADDRESS: '10.0.0.7', HEALTH_PORT: '' })).toEqual([
      ['CONTROL_PLANE_PORT', 8_080, '10.0.0.7'],
      ['HEALTH_PORT', 9_091, '10.0.0.7'],
    ]);
    for (const production of [{ NODE_ENV: 'production' }, { CORESDK_ENV: 'Staging' }]) {
      expect(wanted({ ROLE: 'worker', ...production })).toEqual([['HEALTH_PORT', 9_091, ':: 0.0.0.0']]);
    }
    const addresses = { CORESDK_SIDECAR_ADDR: '[::1]:4000', CORESDK_OPA_ADDR: '127.0.0.1:8181' };
    expect(wanted({ ROLE: 'sidecar', CORESDK_ENV: 'test', ...addresses })).toEqual([
      ['HEALTH_PORT', 9_091, '127.0.0.1'],
      ['CORESDK_SIDECAR_ADDR', 4_000, '::1'],
      ['CORESDK_OPA_ADDR', 8_181, '127.0.0.1'],
    ]);
  });

  it('do not include invalid settings, which the product reports', () => {
    const invalid = {
      PORT: 'http',
      CONTROL_PLANE_PORT: '70000',
      HEALTH_PORT: '-1',
      CORESDK_SIDECAR_ADDR: 'unix:/run/50051',
    };
    expect(portsOf(invalid)).toEqual([]);
    expect(portsOf({ ROLE: 'gateway' })).toEqual([]);
  });

  it('are probed at every address where the system would let two programs share them', () => {
    expect(probesOf(['127.0.0.1'], 'linux')).toEqual(['127.0.0.1']);
    expect(probesOf(['127.0.0.1'], 'darwin')).toEqual(['127.0.0.1', '::', '0.0.0.0']);
    expect(probesOf(['::', '0.0.0.0'], 'darwin')).toEqual(['::', '0.0.0.0', '127.0.0.1', '::1']);
  });
});

describe('the owner of a port', () => {
  it.each(['127.0.0.1', '::'])('is the program that listens at %s, without its arguments', async (host) => {
    const [port = 0] = await freePorts(1);
    const server = createServer().listen(port, host);
    await once(server, 'listening');
    try {
      expect(ownerOf(port)).toBe(`node (process ${process.pid}, in ${process.cwd()})`);
      expect(ownerOf(port, '/nonexistent')).toBe('');
    } finally {
      server.close();
    }
  });

  it('is empty for a free port', async () => {
    const [port = 0] = await freePorts(1);
    expect(ownerOf(port)).toBe('');
  });
});

describe('a start', () => {
  it('is refused on Windows, with the way to WSL 2', () => {
    expect(() => assertNotWindows('win32')).toThrow(/Use WSL 2: run "wsl --install" .* run "npm start"/);
    for (const os of ['linux', 'darwin']) expect(() => assertNotWindows(os)).not.toThrow();
  });

  it('needs Node 24 where npm cannot install it', () => {
    const [linux, mac] = [findPlatform('linux', 'x64'), findPlatform('darwin', 'arm64')];
    expect(() => assertAbleToInstall('20.19.0', linux)).not.toThrow();
    expect(() => assertAbleToInstall('20.18.9', linux)).toThrow('Node 20.19 or newer is required; this is v20.18.9.');
    expect(() => assertAbleToInstall('22.1.0', mac)).toThrow(
      'installs a newer version only on Linux x64 and Linux arm64',
    );
    expect(() => assertAbleToInstall('24.0.0', mac)).not.toThrow();
  });
});
