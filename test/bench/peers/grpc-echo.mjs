/**
 * A bare grpc-js server whose ValidateToken reads its request and gives always the same answer, with the same messages
 * and loader options as the sidecar: `node grpc-echo.mjs ADDRESS ANSWER_JSON`.
 */
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { authService } from '../lib/auth-service.mjs';

const [address, answerJson] = process.argv.slice(2);
const answer = JSON.parse(answerJson);

const server = new Server();
server.addService(authService(), {
  ValidateToken: ({ request }, respond) => respond(request.token === '' ? { code: 3 } : null, answer),
});
server.bindAsync(address, ServerCredentials.createInsecure(), (error) => {
  if (error) throw error;
});
