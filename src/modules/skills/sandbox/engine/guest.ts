import { SKILL_LIMITS } from '../../contract/skill-limits';

/** The name that the script below has in stack traces. Its lines are removed from the traces. */
export const GUEST_FILE = 'coresdk:guest';

/**
 * The limits that the script checks to provide helpful messages. The code can replace these checks, so `HostEvents` enforces all the limits
 * as well.
 */
const LIMITS = { error: SKILL_LIMITS.maxErrorChars, timers: SKILL_LIMITS.maxTimers };

/**
 * The first script that runs in every context, inside the sandbox. Only strings and numbers cross between the script and the thread. The
 * thread never touches a tenant's values, so that their getters and proxies run only inside the sandbox.
 *
 * The script evaluates to `(host, main, input, capabilities, about) => enter`. The sandbox can reach only `host(what, a, b)`. The thread
 * calls `enter(what, a, b)` to pass the response to a call, or to fire a timer.
 */
export const GUEST = `(function (host, main, input, granted, about) {
  'use strict';
  const LIMITS = ${JSON.stringify(LIMITS)};
  const { parse, stringify } = JSON;
  const { freeze, create } = Object;
  const text = String;
  const isArray = Array.isArray;
  const cut = (value, most) => (value.length > most ? value.slice(0, most) + '…' : value);

  const shown = (value) => {
    if (typeof value === 'string') return value;
    try {
      if (value instanceof Error) return described(value);
      const json = typeof value === 'object' && value !== null ? stringify(value) : undefined;
      return json === undefined ? text(value) : json;
    } catch {
      return '[a value that cannot be shown]';
    }
  };
  const member = (value, name) => {
    try {
      const found = value[name];
      return found === undefined ? '' : text(found);
    } catch {
      return '';
    }
  };
  const described = (error) => {
    if (typeof error !== 'object' && typeof error !== 'function' || error === null) return cut(shown(error), LIMITS.error);
    const name = member(error, 'name');
    const message = member(error, 'message');
    const head = name && message ? name + ': ' + message : name || message || shown({ ...error });
    const stack = member(error, 'stack').split('\\n').filter((line) => line.includes('(') || line.includes(' at '))
      .filter((line) => !line.includes('${GUEST_FILE}') && !line.includes('(native)')).slice(0, 20).join('\\n');
    return cut(cut(head, LIMITS.error / 2) + (stack ? '\\n' + stack : ''), LIMITS.error);
  };

  const line = (stream) => (...values) => {
    host('log', stream, values.map(shown).join(' '));
  };
  const out = line('stdout');
  const err = line('stderr');
  globalThis.console = freeze({ log: out, info: out, debug: out, warn: err, error: err, trace: err });

  const timers = new Map();
  let timerIds = 0;
  globalThis.setTimeout = (run, ms = 0, ...args) => {
    if (typeof run !== 'function') throw new TypeError('setTimeout takes a function.');
    if (timers.size >= LIMITS.timers) throw new RangeError('There are ' + LIMITS.timers + ' timers already.');
    timerIds += 1;
    timers.set(timerIds, () => run(...args));
    host('timer', timerIds, +ms || 0);
    return timerIds;
  };
  globalThis.clearTimeout = (id) => {
    if (timers.delete(id)) host('clear', id, 0);
  };

  const calls = new Map();
  let callIds = 0;
  class CapabilityError extends Error {
    constructor(code, message) {
      super(message);
      this.name = 'CapabilityError';
      this.code = code;
    }
  }
  const call = (name, ...args) =>
    new Promise((resolve, reject) => {
      const sent = stringify(args);
      callIds += 1;
      calls.set(callIds, { resolve, reject });
      host('call', callIds + ' ' + name, sent);
    });

  const response = ({ status, headers, body }) =>
    freeze({
      status,
      ok: status >= 200 && status < 300,
      headers: freeze(headers),
      text: () => body,
      json: () => parse(body),
    });
  const offered = {
    http: () => ({ fetch: async (url, options) => response(await call('http.fetch', text(url), options || {})) }),
    secrets: () => ({ get: (name) => call('secrets.get', text(name)) }),
    files: () => ({
      read: (tier, path) => call('files.read', text(tier), text(path)),
      write: (tier, path, content, options) => call('files.write', text(tier), text(path), text(content), options || {}),
      list: (tier, prefix) => call('files.list', text(tier), text(prefix || '')),
      remove: (tier, path) => call('files.remove', text(tier), text(path)),
    }),
    flags: () => ({ value: (key, context, otherwise) => call('flags.value', text(key), context || {}, otherwise === undefined ? null : otherwise) }),
    skills: () => ({ run: (name, value) => call('skills.run', text(name), value === undefined ? null : value) }),
  };
  const capabilities = create(null);
  for (const name of parse(granted)) capabilities[name] = freeze(offered[name]());
  capabilities.log = out;
  capabilities.progress = (percent, stage, detail) => {
    const told = typeof percent === 'object' && percent !== null ? percent : { percent, stage, detail };
    host('progress', 0, stringify(told));
  };
  capabilities.run = freeze(parse(about));
  freeze(capabilities);

  const start = async () => {
    const { default: entry } = await import(main);
    if (typeof entry !== 'function') throw new TypeError('The main module has no function as its default export.');
    const output = stringify(await entry(parse(input), capabilities));
    return output === undefined ? 'null' : output;
  };
  start().then((output) => host('output', 0, output), (error) => host('thrown', 0, described(error)));

  return (what, id, value) => {
    if (what === 'timer') {
      const run = timers.get(id);
      timers.delete(id);
      try {
        if (run) run();
      } catch (error) {
        host('thrown', 0, described(error));
      }
      return;
    }
    const waiting = calls.get(id);
    calls.delete(id);
    if (!waiting) return;
    const answer = parse(value);
    if (what === 'answer') waiting.resolve(answer);
    else waiting.reject(new CapabilityError(answer.code, answer.message));
  };
})`;
