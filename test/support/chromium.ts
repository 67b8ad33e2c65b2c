import { existsSync, readFileSync } from 'node:fs';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Finds the system's Chromium; `null` if there is none. Throws instead if `CI` is set. */
export function findChromium(): string | null {
  const found = PLACES.find((place) => existsSync(place)) ?? null;
  if (found === null && process.env['CI'] !== undefined) {
    throw new Error(`The browser tests need Chromium at one of ${PLACES.join(', ')}.`);
  }
  return found;
}

export function launchChromium(executablePath: string): Promise<Browser> {
  // Chromium's sandbox needs user namespaces, which containers forbid. The browser can run without it, because it loads only our pages.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** Opens a page in a new browser profile. Returns it with the messages about blocked content. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ readonly page: Page; readonly context: BrowserContext; readonly blocked: string[] }> {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  const page = await context.newPage();
  const blocked: string[] = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) blocked.push(message.text());
  });
  return { page, context, blocked };
}

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

const axe = (): string => readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** Returns axe's findings on a page, each with its rule and elements. Most of them concern WCAG. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  const { violations } = await page.evaluate<{ readonly violations: readonly Violation[] }>(`${axe()}; axe.run()`);
  return violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
