import { ConfigurationError } from '../errors.js';

/** The parts of a web page that a session needs. The types also apply to programs without DOM types. */
export interface BrowserPage {
  readonly location: PageLocation;
  /** Storage of this tab. It contains the parameters of a sign-in in progress, never a token. */
  readonly sessionStorage: PageStorage;
  /** Storage of this origin. It contains the mark of an earlier sign-in, never a token. */
  readonly localStorage: PageStorage;
  readonly locks: PageLocks;
  /** Replaces the address without a new page, and informs the router. */
  replaceUrl(path: string): void;
  /** Calls a function when the user returns to this page with the Back button, and the page resumes from the browser's cache. */
  onResume(resume: () => void): void;
  /** Opens a channel to the other tabs of this origin. */
  openChannel(name: string): PageChannel;
}

export interface PageLocation {
  readonly href: string;
  readonly origin: string;
  assign(url: string): void;
}

export interface PageStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** A `LockManager` (Web Locks API). */
export interface PageLocks {
  request<T>(name: string, work: () => Promise<T>): Promise<T>;
  request<T>(
    name: string,
    options: { readonly mode?: 'exclusive' | 'shared'; readonly signal?: AbortSignal },
    work: () => Promise<T>,
  ): Promise<T>;
  query(): Promise<{ readonly held?: readonly { readonly name?: string }[] }>;
}

/** A `BroadcastChannel`. */
export interface PageChannel {
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

interface PageWindow extends Pick<BrowserPage, 'location' | 'sessionStorage' | 'localStorage'> {
  readonly isSecureContext: boolean;
  readonly navigator: { readonly locks: PageLocks };
  readonly history: { replaceState(state: null, unused: string, url: string): void };
  readonly BroadcastChannel: new (name: string) => PageChannel;
  addEventListener(type: 'pageshow', listener: (event: { readonly persisted: boolean }) => void): void;
  dispatchEvent(event: Event): boolean;
}

/** Returns the current page. Errors: `ConfigurationError` outside of a browser, and on a page without a secure connection. */
export function currentPage(): BrowserPage {
  const { window } = globalThis as unknown as { readonly window?: PageWindow };
  // Without a secure context, `navigator.locks` and `crypto.subtle` do not exist.
  if (window?.isSecureContext !== true) {
    throw new ConfigurationError('A browser session needs a web page that was loaded over https or from localhost.');
  }
  const { location, sessionStorage, localStorage, history, navigator, BroadcastChannel } = window;
  return {
    location,
    sessionStorage,
    localStorage,
    locks: navigator.locks,
    openChannel: (name) => new BroadcastChannel(name),
    onResume: (resume) => {
      window.addEventListener('pageshow', ({ persisted }) => {
        if (persisted) resume();
      });
    },
    replaceUrl: (path) => {
      history.replaceState(null, '', path);
      // Routers read the address again after this event.
      window.dispatchEvent(new Event('popstate'));
    },
  };
}
