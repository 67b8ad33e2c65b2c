/**
 * The process of the product under `npm run dev`: `node dev-process.cjs <packages> <program> [arguments]`. Loads the packages while the
 * program is being built. The message `run` starts the program while the previous process stops; its servers open their ports only after
 * the message `listen`.
 */
require('./source-maps.cjs');
const { Server } = require('node:net');

/** The packages that take the longest to load. */
const LARGE = [
  ...['@nestjs/core', '@nestjs/platform-express', 'typeorm', 'zod', 'pg', 'prom-client'],
  ...['@grpc/grpc-js', '@grpc/proto-loader', '@grpc/reflection', 'grpc-health-check'],
];

const [, , packages, program] = process.argv;
process.argv.splice(1, 3, program);
const openPorts = holdPorts();
process.on('message', (message) => (message === 'run' ? require(program) : listen()));
process.once('disconnect', process.exit);
// Tracing hooks packages as they are loaded, so nothing is loaded before it.
if (!process.env.OTEL_EXPORTER_OTLP_ENDPOINT) loadPackages();

function loadPackages() {
  const loaders = require(packages);
  for (const name of LARGE) loaders[name]?.();
}

function listen() {
  process.off('disconnect', process.exit);
  process.disconnect();
  openPorts();
}

/** Makes servers wait before they open a port; local sockets, which serve as locks, open at once. @returns a function that lets them. */
function holdPorts() {
  const { listen: open } = Server.prototype;
  const held = [];
  Server.prototype.listen = function (...args) {
    if (args[0]?.path !== undefined) return open.apply(this, args);
    held.push(() => open.apply(this, args));
    return this;
  };
  return () => {
    Server.prototype.listen = open;
    for (const start of held) start();
  };
}
