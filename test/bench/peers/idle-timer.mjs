/**
 * A process that does nothing but wait, in the same run: asked by any message, it answers the longest time in ms by which
 * its timer was late since it was asked before. What it shows, every process of the machine stood still for.
 */
const EVERY_MS = 2;

let last = performance.now();
let longest = 0;
setInterval(() => {
  const now = performance.now();
  longest = Math.max(longest, now - last - EVERY_MS);
  last = now;
}, EVERY_MS);
process.on('message', () => {
  process.send(Math.max(longest, performance.now() - last - EVERY_MS));
  longest = 0;
});
process.on('disconnect', () => process.exit());
