/**
 * A bare grpc-js server with the same messages and loader options as the sidecar. Its only RPC reads the request and always
 * returns the same response: `node grpc-echo.mjs ADDRESS SERVICE RPC ANSWER_JSON`.
 */
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { SERVICES } from '../lib/wire-contract.mjs';

const [address, service, rpc, answerJson] = process.argv.slice(2);
const answer = JSON.parse(answerJson);

const server = new Server();
server.addService(SERVICES[service](), {
  // The bench never sends a message without any field set.
  [rpc]: ({ request }, respond) => respond(request.token === '' || request.rule === '' ? { code: 3 } : null, answer),
});
server.bindAsync(address, ServerCredentials.createInsecure(), (error) => {
  if (error) throw error;
});
