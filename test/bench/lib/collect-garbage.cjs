/**
 * Preloaded with `--expose-gc`: SIGUSR2 collects all garbage of the main thread. The next measurement then shows live
 * memory, without objects dropped since V8's last collection and without pages that V8 keeps for later ("last resort").
 */
const { isMainThread } = require('node:worker_threads');

if (isMainThread) process.on('SIGUSR2', () => globalThis.gc({ type: 'major', flavor: 'last-resort' }));
