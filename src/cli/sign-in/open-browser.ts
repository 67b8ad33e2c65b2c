import { spawn } from 'node:child_process';

/** The program that opens a URL, and the arguments before the URL. None of them is a shell. */
function openerOf(platform: NodeJS.Platform): readonly [string, ...string[]] {
  if (platform === 'darwin') return ['open'];
  return platform === 'win32' ? ['rundll32', 'url.dll,FileProtocolHandler'] : ['xdg-open'];
}

/**
 * Opens a URL in the person's browser, without waiting for the browser to end. Returns false if no program could be started.
 * @param url an http or https URL, which can therefore not be taken for an option.
 */
export function openBrowser(url: string, platform: NodeJS.Platform = process.platform): Promise<boolean> {
  const [program, ...args] = openerOf(platform);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true, shell: false });
  child.once('error', () => {
    resolve(false);
  });
  child.once('spawn', () => {
    child.unref();
    resolve(true);
  });
  return promise;
}
