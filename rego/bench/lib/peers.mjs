/** The compared engines: this package, and the peers available on this machine, installed into a folder outside the repository. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const OPA_VERSION = 'v1.22.3';
const OPA_WASM = '1.10.0';

const bench = fileURLToPath(new URL('..', import.meta.url));
const node = (engine, variables = {}) => ({
  argv: [process.execPath, path.join(bench, 'engines', `${engine}.mjs`)],
  variables,
});

/** The contenders from this package. The first one is the baseline. */
const ours = [
  { name: '@coresdk/rego', input: 'JSON', mode: 'text', ...node('rego') },
  { name: '@coresdk/rego', input: 'parsed', mode: 'parsed', ...node('rego') },
];

/**
 * Maps each name to a function `(folder, { regorus })`, which installs a peer into the folder and returns its contenders, or throws an
 * error that names the missing part. A contender's `cannot` lists the policies that it is known to fail, each with the reason.
 */
export const peers = {
  opa(folder) {
    const source = path.join(folder, 'opa-source');
    cpSync(path.join(bench, 'opa'), source, { recursive: true });
    const program = path.join(folder, 'opa-engine');
    call('go', ['build', '-mod=mod', '-o', program, '.'], { cwd: source });
    const contender = { name: 'OPA in Go', argv: [program] };
    return [
      { ...contender, input: 'JSON', mode: 'text' },
      { ...contender, input: 'parsed', mode: 'parsed' },
    ];
  },

  'opa-wasm'(folder) {
    call('go', ['install', `github.com/open-policy-agent/opa@${OPA_VERSION}`], {
      env: { GOBIN: folder, CGO_ENABLED: '0' },
    });
    const loader = `@open-policy-agent/opa-wasm@${OPA_WASM}`;
    call('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', loader]);
    const variables = { OPA_WASM: path.join(folder, 'node_modules/@open-policy-agent/opa-wasm') };
    const compilePolicy = (caseFolder, rule) => {
      const entry = rule.replace(/^data\./, '').replaceAll('.', '/');
      const build = ['build', '-t', 'wasm', '-e', entry, '-o', 'bundle.tar.gz', 'policy.rego'];
      call(path.join(folder, 'opa'), build, { cwd: caseFolder });
      call('tar', ['-xzf', 'bundle.tar.gz', '/policy.wasm'], { cwd: caseFolder });
    };
    return [{ name: 'opa-wasm', input: 'JSON', mode: 'text', compilePolicy, ...node('opa-wasm', variables) }];
  },

  regorus(folder, { regorus }) {
    const built = regorus ?? buildRegorus(folder);
    const contender = { input: 'JSON', ...node('regorus', { REGORUS: path.resolve(built) }) };
    return [
      { name: 'regorus', mode: 'text', ...contender },
      {
        name: 'regorus, its machine',
        mode: 'machine',
        ...contender,
        // As of version 0.14.1. The interpreter handles both policies.
        cannot: {
          sets: 'a rule `actions[resource] contains action` gives one set instead of one for each resource',
          walk: 'walk does not compile',
        },
      },
    ];
  },
};

/** Needs `rustup target add wasm32-unknown-unknown` and the wasm-bindgen command line in the version that `regorus/Cargo.toml` names. */
function buildRegorus(folder) {
  call('wasm-bindgen', ['--version']);
  const source = path.join(folder, 'regorus-source');
  cpSync(path.join(bench, 'regorus'), source, { recursive: true });
  const target = 'wasm32-unknown-unknown';
  call('cargo', ['build', '--release', '--target', target, '--target-dir', 'target'], {
    cwd: source,
    env: { RUSTFLAGS: '--cfg getrandom_backend="wasm_js"' },
  });
  const built = path.join(folder, 'regorus');
  const wasm = path.join(source, 'target', target, 'release/regorus_bench.wasm');
  call('wasm-bindgen', ['--target', 'nodejs', '--out-dir', built, wasm]);
  return built;
}

/** Installs the requested peers that are available and prints one line for each that is not. */
export function install(wanted, folder, options) {
  const contenders = [...ours];
  for (const name of wanted) {
    const place = path.join(folder, name);
    mkdirSync(place, { recursive: true });
    try {
      contenders.push(...peers[name](place, options));
    } catch (error) {
      rmSync(place, { recursive: true, force: true });
      console.log(`${name} is skipped: ${error.message}`);
    }
  }
  return contenders;
}

/** Runs a program without showing its output. If it fails, the error includes the last line that it printed. */
function call(program, args, { cwd, env = {} } = {}) {
  try {
    execFileSync(program, args, { cwd, env: { ...process.env, ...env }, stdio: 'pipe' });
  } catch (error) {
    const said = String(error.stderr ?? '')
      .trim()
      .split('\n')
      .at(-1);
    throw new Error(error.code === 'ENOENT' ? `${program} is not installed` : `${program} ${args[0]} failed: ${said}`);
  }
}
