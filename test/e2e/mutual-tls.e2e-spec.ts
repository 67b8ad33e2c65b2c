import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '../../src/kernel/lists/page';
import type { Project } from '../../src/modules/projects/contract/projects.types';
import { CertificateAuthority, type Issued } from '../support/certificate-authority';
import { eventually } from '../support/eventually';
import { Installation } from '../support/installation';

describe('backend and sidecar that authenticate each other with certificates only', () => {
  let authority: CertificateAuthority;
  const folder = mkdtempSync(join(tmpdir(), 'coresdk-mtls-'));
  const files = { certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') };
  let installation: Installation;
  let token: string;

  const put = ({ cert, key }: Pick<Issued, 'cert' | 'key'>): void => {
    writeFileSync(files.certFile, cert);
    writeFileSync(files.keyFile, key);
  };
  const list = () => installation.backend<Page<Project>>('/v1/projects', { token });
  const notes = async (process: string): Promise<unknown> => {
    const answer = await fetch(`${installation.process(process).healthUrl}/readyz`);
    return answer.json();
  };

  beforeAll(async () => {
    authority = await CertificateAuthority.create();
    put(await authority.server());
    installation = await Installation.start({
      layout: 'split',
      environment: {
        CORESDK_TLS_CERT_FILE: files.certFile,
        CORESDK_TLS_KEY: files.keyFile,
        CORESDK_TLS_CA_FILE: authority.caFile,
        CORESDK_SERVICE_TOKEN: '',
      },
    });
    const admin = await installation.adminToken();
    const app = await installation.register(admin);
    token = await installation.token(app.client_id, app.client_secret ?? '');
  });
  afterAll(async () => {
    await installation.remove();
    authority.remove();
    rmSync(folder, { recursive: true });
  });

  it('serve requests', async () => {
    expect(await list()).toMatchObject({ status: 200 });
  });

  it('keep serving during certificate replacement, and report an unusable certificate in readiness', async () => {
    let isOver = false;
    const statuses = new Set<number>();
    const load = (async () => {
      while (!isOver) {
        statuses.add((await list()).status);
        await sleep(10);
      }
    })();
    put(await authority.server());
    await eventually(() => expect(installation.process('sidecar-1').log).not.toMatch(/is not usable/));
    writeFileSync(files.certFile, 'no certificate');
    for (const name of ['sidecar-1', 'backend']) {
      await eventually(async () => {
        expect(await notes(name)).toMatchObject({ status: 'ready', notes: [expect.stringContaining('not used')] });
      });
    }
    put(await authority.server());
    await eventually(async () => expect(await notes('sidecar-1')).toEqual({ status: 'ready' }));
    isOver = true;
    await load;
    expect([...statuses]).toEqual([200]);
  });
});
