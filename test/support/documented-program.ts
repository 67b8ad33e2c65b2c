import { chmod, mkdir, mkdtemp, readFile, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePorts } from './free-ports';
import { paste, pastedCommands, type Run, signInAsOwner } from './paste-commands';
import { RoleProcess } from './role-process';

/** The ports in the documentation and those that replace them, because the documented ports might be in use on this machine. */
type Ports = readonly (readonly [documented: string, actual: string])[];

/** The program, started as the documentation describes: in an empty folder, with `npx` commands and with all defaults except ports. */
export class DocumentedProgram {
  private constructor(
    readonly folder: string,
    readonly role: RoleProcess,
    private readonly ports: Ports,
  ) {}

  static async start(): Promise<DocumentedProgram> {
    const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'coresdk-docs-')));
    await chmod(folder, 0o711);
    const [port, controlPlanePort, sidecar, health, callback, opa, standalone, api] = await freePorts(8);
    const ports: Ports = [
      ['http://localhost:8000', `http://localhost:${port}`],
      ['http://localhost:8080', `http://localhost:${controlPlanePort}`],
      ['http://localhost:9091', `http://localhost:${health}`],
      ['127.0.0.1:50051', `127.0.0.1:${sidecar}`],
      ['localhost:50051', `localhost:${sidecar}`],
      ['http://127.0.0.1:8765/', `http://127.0.0.1:${callback}/`],
      ['127.0.0.1:8181', `127.0.0.1:${opa}`],
      ['localhost:8181', `localhost:${standalone}`],
      ['http://localhost:3000', `http://localhost:${api}`],
    ];
    const role = new RoleProcess(
      'all',
      {
        PORT: String(port),
        PUBLIC_URL: `http://localhost:${port}`,
        CONTROL_PLANE_PORT: String(controlPlanePort),
        CORESDK_SIDECAR_ADDR: `127.0.0.1:${sidecar}`,
        CORESDK_OPA_ADDR: `127.0.0.1:${opa}`,
        CORESDK_SERVICE_TOKEN: 'service-token-of-the-readme',
        HEALTH_PORT: String(health),
      },
      folder,
    );
    // In a checkout, npx finds these programs through package.json. The data folder has no package.json, so the test links them.
    await mkdir(path.join(folder, 'node_modules/.bin'), { recursive: true });
    const commands = { coresdk: '../../scripts/coresdk.mjs', rego: '../../rego/dist/esm/cli/main.js' };
    for (const [name, file] of Object.entries(commands))
      await symlink(path.resolve(__dirname, file), path.join(folder, 'node_modules/.bin', name));
    role.launch();
    await role.untilReady();
    return new DocumentedProgram(folder, role, ports);
  }

  /** The backend's actual address. */
  get backendUrl(): string {
    return this.ports.find(([documented]) => documented === 'http://localhost:8000')?.[1] ?? '';
  }

  /** Pastes all `bash` blocks of a page into one shell. Signs in as the owner if the commands print a sign-in address. */
  async paste(document: string): Promise<Run> {
    return this.run(pastedCommands(document));
  }

  /** Runs a script with the documented addresses replaced by the actual ones. */
  async run(script: string): Promise<Run> {
    const actual = this.ports.reduce((text, [from, to]) => text.replaceAll(from, to), script);
    const password = (await readFile(path.join(this.folder, '.data/secrets/admin-password'), 'utf8')).trim();
    const { environment } = this.role;
    return paste(actual, { folder: this.folder, environment }, (url) => signInAsOwner(url, password));
  }

  async stop(): Promise<void> {
    await this.role.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
