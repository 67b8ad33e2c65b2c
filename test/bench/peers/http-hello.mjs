/** A bare node:http server that reads the request and returns `body`: `node http-hello.mjs PORT BODY`. */
import { createServer } from 'node:http';

const [port, body = 'hello'] = process.argv.slice(2);
const bytes = Buffer.from(body);

createServer((request, response) => {
  request.resume().on('end', () => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': bytes.length }).end(bytes);
  });
}).listen(Number(port), '127.0.0.1');
