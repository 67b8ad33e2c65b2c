/** A browser that keeps cookies and does not follow redirects. */
export class Browser {
  #cookies = new Map();

  constructor(origin) {
    this.origin = origin;
  }

  get(path) {
    return this.#send(path, {});
  }

  post(path, fields) {
    return this.#send(path, { method: 'POST', body: new URLSearchParams(fields) });
  }

  async #send(path, init) {
    const cookie = [...this.#cookies].map((pair) => pair.join('=')).join('; ');
    const answer = await fetch(new URL(path, this.origin), { ...init, redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.#cookies.set(name, value);
    }
    const text = await answer.text();
    if (answer.status >= 400) throw new Error(`${path}: ${answer.status} ${text}`);
    return { text, location: answer.headers.get('location') ?? '' };
  }
}

/** Returns the hidden fields of the form on a page. */
export function hiddenFields(text) {
  const inputs = [...text.matchAll(/<input[^>]*type="hidden"[^>]*>/g)];
  const member = (tag, name) => new RegExp(`${name}="([^"]*)"`).exec(tag)?.[1].replaceAll('&amp;', '&') ?? '';
  return Object.fromEntries(inputs.map(([tag]) => [member(tag, 'name'), member(tag, 'value')]));
}

/** Returns the code in a redirect to an app. */
export function codeIn(location) {
  const code = new URL(location).searchParams.get('code');
  if (code === null) throw new Error(`No code: ${location}`);
  return code;
}
