import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { NewJob } from '../../src/modules/jobs/contract/job-request.types';
import type { Job } from '../../src/modules/jobs/contract/job.types';
import { JobsPort } from '../../src/modules/jobs/contract/jobs.port';
import type { User } from '../../src/modules/users/contract/users.types';
import { workflowDefinition } from '../../src/modules/workflows/contract/workflow-definition.types';
import { WorkflowRunsPort } from '../../src/modules/workflows/contract/workflow-runs.port';
import { WorkflowsPort } from '../../src/modules/workflows/contract/workflows.port';
import { localForwarder } from '../../src/roles/http/control-plane-forwarder';
import { makeUser, PASSWORD } from '../support/accounts';
import { openBackend, type TestBackend } from '../support/backend';
import { accessibilityFaults, findChromium, launchChromium, openPage } from '../support/chromium';
import { openControlPlane } from '../support/control-plane';
import { inTenant } from '../support/jobs-world';
import { openAllCore, type TestCore } from '../support/test-core';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { makeTenant } from '../support/two-tenants';

const executable = findChromium();

(executable === null ? describe.skip : describe)('the console in a browser', () => {
  let database: TestDatabase;
  let core: TestCore;
  let controlPlane: Awaited<ReturnType<typeof openControlPlane>>;
  let surface: TestBackend;
  let browser: Browser;
  let owner: User;
  let gates: string;

  beforeAll(async () => {
    gates = mkdtempSync(join(tmpdir(), 'gates-'));
    database = await createTestDatabase();
    core = await openAllCore(database, {
      LIMIT_PER_ADDRESS: '0',
      JOBS_ALLOW_LOCAL_PROCESS: 'true',
      JOBS_STOP_GRACE_MS: '100',
    });
    controlPlane = await openControlPlane(core);
    surface = await openBackend(core, localForwarder(controlPlane.listener));
    owner = await makeUser(core, (await makeTenant(core, 'a')).id, { role: 'owner' });
    browser = await launchChromium(executable ?? '');
  });

  afterAll(async () => {
    await browser?.close();
    await surface?.close();
    await controlPlane?.close();
    await core?.close();
    await database?.drop();
    rmSync(gates, { recursive: true });
  });

  afterEach(async () => {
    await Promise.all((browser?.contexts() ?? []).map((context) => context.close()));
  });

  function submit(script: string, more: Partial<NewJob> = {}): Promise<Job> {
    const request: NewJob = { type: 'container', kind: 'script', command: ['sh', '-c'], args: [script], ...more };
    return core.context.get(JobsPort).submit(inTenant(owner.tenantId), request);
  }

  /** A shell command that blocks a job until the test lets it continue. */
  const gate = (name: string): string => `until [ -e ${join(gates, name)} ]; do sleep 0.05; done`;
  const letOn = (name: string): void => {
    writeFileSync(join(gates, name), '');
  };

  /** Opens a page of the console, signing in on the way. */
  async function open(path: string, options: BrowserContextOptions = {}): Promise<{ page: Page; faults: string[] }> {
    const { page, blocked: faults } = await openPage(browser, options);
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(`${surface.url}${path}`);
    await page.locator('#email').fill(owner.email ?? '');
    await page.locator('#password').fill(PASSWORD);
    await page.locator('form button').click();
    await page.waitForURL(`${surface.url}${path}`);
    return { page, faults };
  }

  const waitForStatus = (page: Page, status: string): Promise<void> =>
    page.locator(`#status.${status}`).waitFor({ timeout: 120_000 });

  it('follows a job from the list to its end without a page reload', async () => {
    const script = `echo '<b>first</b>'; ${gate('half')}; echo '::coresdk-progress {"percent":60,"stage":"over half"}'
      ${gate('end')}; echo late >&2; exit 5`;
    const { id } = await submit(script, { kind: 'followed' });
    const { page, faults } = await open('/console/jobs?kind=followed');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.locator('a', { hasText: id }).click();
    await page.locator('#log div', { hasText: 'first' }).waitFor();
    await page.evaluate('window.isSamePage = true');
    expect(await accessibilityFaults(page)).toEqual([]);
    letOn('half');
    await page.locator('#stage', { hasText: 'over half' }).waitFor();
    expect(await page.locator('#percent').innerText()).toBe('60%');
    letOn('end');
    await page.locator('#log .stderr', { hasText: 'late' }).waitFor();
    await waitForStatus(page, 'failed');
    // The available actions appear without a reload too.
    await page.locator('button', { hasText: 'Try again' }).waitFor();
    expect(await page.locator('dd', { hasText: /^5$/ }).count()).toBe(1);
    expect(await page.evaluate('window.isSamePage')).toBe(true);
    const lines = await page.locator('#log div').allInnerTexts();
    expect(lines.map((line) => line.trim()).filter((line) => !line.startsWith('::'))).toEqual(['<b>first</b>', 'late']);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.locator('button', { hasText: 'Try again' }).click();
    await page.waitForURL((url) => !url.href.endsWith(id));
    expect(await page.locator('dd a').first().innerText()).toBe(id);
    expect(faults).toEqual([]);
  });

  it('cancels a job with the keyboard only, in dark mode, on a narrow screen', async () => {
    const { id } = await submit('sleep 1000');
    const options = { colorScheme: 'dark', viewport: { width: 320, height: 640 } } as const;
    const { page, faults } = await open(`/console/jobs/${id}`, options);
    await waitForStatus(page, 'running');
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.locator('#reason').focus();
    await page.keyboard.type('no longer needed');
    await page.keyboard.press('Enter');
    await page.locator('li', { hasText: 'Cancelled: no longer needed' }).waitFor();
    expect(await page.locator('button', { hasText: 'Cancel' }).count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it('works without JavaScript', async () => {
    const { id } = await submit('true', { delaySeconds: 3_600 });
    const { page } = await open(`/console/jobs/${id}`, { javaScriptEnabled: false });
    expect(await page.locator('main').innerText()).toContain('Reload the page');
    await page.locator('button', { hasText: 'Cancel' }).click();
    await page.locator('#status.cancelled').waitFor();
    await page.locator('nav a', { hasText: 'Jobs' }).click();
    await page.locator('#status').selectOption('cancelled');
    await page.locator('button', { hasText: 'Filter' }).click();
    await page.locator('a', { hasText: id }).waitFor();
  });

  it('shows a workflow run with its graph, states, times and masked values, and follows it', async () => {
    const context = inTenant(owner.tenantId);
    const workflows = core.context.get(WorkflowsPort);
    const { id } = await workflows.create(
      context,
      workflowDefinition.parse({
        name: 'shown',
        steps: [
          { id: 'first', type: 'wait', seconds: 0 },
          { id: 'asked', type: 'approval', dependsOn: ['first'] },
          { id: 'last', type: 'wait', seconds: 0, dependsOn: ['asked'] },
        ],
        output: { told: '{{input.email}}' },
      }),
    );
    const input = { email: 'ada@example.com', password: 'correct horse', title: '<b>bold</b>' };
    const { jobId } = await workflows.trigger(context, id, { input });
    const { page, faults } = await open(`/console/jobs/${jobId}`);
    const row = (step: string) => page.locator('#run tbody tr', { hasText: step });
    await row('asked').locator('.waiting').waitFor({ timeout: 120_000 });
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.locator('#run svg rect').count()).toBe(3);
    expect(await row('last').innerText()).toContain('pending');
    const shown = await page.locator('#run').innerText();
    expect(shown).toContain('<b>bold</b>');
    expect(shown).not.toMatch(/ada@example\.com|correct horse/);
    await page.evaluate('window.isSamePage = true');
    const person = { ...context, actor: { type: 'user', id: owner.id } } as const;
    await core.context.get(WorkflowRunsPort).decide(person, jobId, 'asked', { decision: 'approve', comment: '' });
    await waitForStatus(page, 'completed');
    await row('last').locator('.succeeded').waitFor();
    expect(await row('last').locator('time').count()).toBe(2);
    expect(await page.locator('#run svg text', { hasText: 'wait · succeeded' }).count()).toBe(2);
    expect(await page.locator('#run').innerText()).not.toContain('ada@example.com');
    expect(await page.evaluate('window.isSamePage')).toBe(true);
    expect(faults).toEqual([]);
  });

  /** Makes the page receive every line of the log in one go, as it does on a fast machine. */
  const RECEIVES_AT_ONCE = `
    const listen = EventSource.prototype.addEventListener;
    const held = [];
    EventSource.prototype.addEventListener = function (type, listener) {
      listen.call(this, type, type !== 'line' ? listener : (message) => {
        held.push(message);
        if (JSON.parse(message.data).text === '20000') held.forEach(listener);
      });
    };`;

  it.each([
    ['as they come', ''],
    ['all at once', RECEIVES_AT_ONCE],
  ])('keeps the newest lines of a flood that arrive %s, and says so', async (how, script) => {
    const id = how.replaceAll(' ', '-');
    const job = await submit(`${gate(id)}; seq 20000; ${gate(`${id}-end`)}`);
    const { page } = await open('/console/jobs');
    await page.addInitScript(script);
    await page.goto(new URL(`/console/jobs/${job.id}`, page.url()).href);
    await waitForStatus(page, 'running');
    letOn(id);
    await page.locator('#log div', { hasText: /^20000$/ }).waitFor({ timeout: 120_000 });
    expect(await page.locator('#log div').count()).toBe(5_000);
    expect(await page.locator('#log-note').isVisible()).toBe(true);
    letOn(`${id}-end`);
    await waitForStatus(page, 'completed');
  });
});
