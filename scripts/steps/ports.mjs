import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import util from 'node:util';
import { ownerOf } from './port-owners.mjs';
import { StepError } from './report.mjs';

/** The roles that open each port, its default, and where it listens; `internal` is INTERNAL_ADDRESS, `address` is part of the variable. */
const listeners = [
  { variable: 'PORT', roles: ['all', 'backend'], preset: '8000', at: 'everywhere' },
  { variable: 'CONTROL_PLANE_PORT', roles: ['all', 'control-plane'], preset: '8080', at: 'internal' },
  {
    variable: 'HEALTH_PORT',
    roles: ['all', 'backend', 'control-plane', 'sidecar', 'worker'],
    preset: '9091',
    at: 'internal',
  },
  { variable: 'CORESDK_SIDECAR_ADDR', roles: ['all', 'sidecar'], preset: 'localhost:50051', at: 'address' },
  { variable: 'CORESDK_OPA_ADDR', roles: ['all', 'sidecar'], preset: '', at: 'address' },
];

const hostsOfLocalhost = ['127.0.0.1', '::1'];
/** `::` also covers IPv4, except on a machine without IPv6. */
const wildcards = ['::', '0.0.0.0'];

/**
 * Fails, before anything is installed, built or written, if a port that the product needs is in use. Names every such port, its variable and,
 * where the system tells, the program that uses it. Invalid settings are left to the product, which reports all of them together.
 * @param command the command to suggest, such as `npm start`.
 */
export async function assertPortsFree(command, environment = readEnvironment()) {
  const wanted = portsOf(environment);
  const taken = [];
  for (const one of wanted) if (await isTaken(one)) taken.push(one);
  if (taken.length === 0) return;
  const width = Math.max(...taken.map(({ variable }) => variable.length));
  const lines = taken.map(({ variable, port }) =>
    `  ${variable.padEnd(width)}  ${String(port).padEnd(5)}  ${ownerOf(port)}`.trimEnd(),
  );
  const others = await freeAlternatives(taken, wanted);
  const [problem, cure] =
    taken.length === 1
      ? ['A port is already in use:', 'Stop that program, or choose another port:']
      : ['Some ports are already in use:', 'Stop those programs, or choose other ports:'];
  const isOwn = lines.some((line) => line.includes(`, in ${process.cwd()})`));
  const note = isOwn ? '\nThe program was started in this folder: the platform is probably running already.' : '';
  throw new StepError(`${problem}\n${lines.join('\n')}${note}\n${cure}\n  ${others.join(' ')} ${command}`);
}

/** Returns the process environment, supplemented by `.env`, as the product reads it. */
function readEnvironment() {
  const file = existsSync('.env') ? util.parseEnv(readFileSync('.env', 'utf8')) : {};
  return { ...file, ...process.env };
}

/**
 * Returns the ports that a process with these settings opens.
 * @returns {{ variable: string, port: number, hosts: readonly string[], prefix: string }[]} `prefix` precedes the port in the variable.
 */
export function portsOf(environment) {
  const valueOf = (name) => environment[name]?.trim() || undefined;
  const role = valueOf('ROLE') ?? 'all';
  const named = valueOf('CORESDK_ENV')?.toLowerCase() ?? 'development';
  const mode = valueOf('NODE_ENV') ?? (['development', 'test'].includes(named) ? named : 'production');
  const internal = valueOf('INTERNAL_ADDRESS') ?? (mode === 'production' ? undefined : '127.0.0.1');
  const hosts = { everywhere: wildcards, internal: internal === undefined ? wildcards : [internal] };
  return listeners
    .filter(({ roles }) => roles.includes(role))
    .map(({ variable, preset, at }) => {
      const [, prefix, digits] = /^(.*?)(\d{1,5})$/.exec(valueOf(variable) ?? preset) ?? [];
      const port = Number(digits);
      if (at !== 'address') return { variable, port: prefix === '' ? port : NaN, prefix, hosts: hosts[at] };
      const host = prefix?.replace(/:$/, '').replace(/^\[|\]$/g, '');
      return { variable, port, prefix, hosts: host === 'localhost' ? hostsOfLocalhost : [host] };
    })
    .filter(({ port, prefix }) => port >= 1 && port <= 65_535 && !prefix.startsWith('unix:'));
}

async function isTaken({ port, hosts }) {
  for (const host of probesOf(hosts)) if (await isTakenAt(port, host)) return true;
  return false;
}

/**
 * Returns the addresses to try. BSD systems let a specific address and a wildcard share a port, and the specific one then gets the
 * connections. There, each is tried with the other.
 */
export function probesOf(hosts, os = process.platform) {
  const isEverywhere = hosts.some((host) => wildcards.includes(host));
  if (isEverywhere) return [...wildcards, ...hostsOfLocalhost];
  return os === 'linux' ? hosts : [...hosts, ...wildcards];
}

/** Returns whether a listener holds the port. False for an address that this machine lacks, or a port that needs more rights. */
function isTakenAt(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code }) => resolve(code === 'EADDRINUSE'));
    server.listen({ port, host, exclusive: true, ipv6Only: false }, () => server.close(() => resolve(false)));
  });
}

/** Returns settings, such as `PORT=8001`, with the next free port for each taken one. */
async function freeAlternatives(taken, wanted) {
  const used = new Set(wanted.map(({ port }) => port));
  const settings = [];
  for (const { variable, port, prefix, hosts } of taken) {
    let next = port + 1;
    while (next <= 65_535 && (used.has(next) || (await isTaken({ port: next, hosts })))) next += 1;
    used.add(next);
    settings.push(`${variable}=${prefix}${next}`);
  }
  return settings;
}
