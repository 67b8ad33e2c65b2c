/**
 * Preloaded with `--expose-gc`: SIGUSR2 collects all garbage of the main thread, so that what is measured next is what is
 * held, not what was dropped since V8 last looked, nor pages that it keeps for later ("last resort").
 */
const { isMainThread } = require('node:worker_threads');

if (isMainThread) process.on('SIGUSR2', () => globalThis.gc({ type: 'major', flavor: 'last-resort' }));
