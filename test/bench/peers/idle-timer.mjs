/**
 * A process that only waits while a measurement is running. It responds to any message with the maximum delay of its timer in ms
 * since the previous message. Every process on the machine was stalled for that time.
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
