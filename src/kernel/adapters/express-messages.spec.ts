import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import express from 'express';
import { messagesOf } from './express-messages';

describe('the message classes for Express', () => {
  const app = express();
  const messages = messagesOf(app);

  it('create messages with the Express prototypes, so that Express does not change them', () => {
    const request = new messages.IncomingMessage(new Socket());
    const response = new messages.ServerResponse(request);

    expect(Object.getPrototypeOf(request)).toBe(app.request);
    expect(Object.getPrototypeOf(response)).toBe(app.response);
    const unchanged = jest.spyOn(Object, 'setPrototypeOf');
    app(request as never, response as never, () => undefined);
    const changes = unchanged.mock.calls.filter(([object]) => object === request || object === response);
    expect(changes.map(([, prototype]) => prototype)).toEqual([app.request, app.response]);
    unchanged.mockRestore();
  });

  it('extend the Node.js classes', () => {
    const socket = new Socket();
    const request = new messages.IncomingMessage(socket);
    const response = new messages.ServerResponse(request);

    expect(request).toBeInstanceOf(IncomingMessage);
    expect(request.socket).toBe(socket);
    expect(request.headers).toEqual({});
    expect(response).toBeInstanceOf(ServerResponse);
    response.setHeader('X-Request-Id', 'req-1');
    expect(response.getHeaders()).toEqual({ 'x-request-id': 'req-1' });
  });
});
