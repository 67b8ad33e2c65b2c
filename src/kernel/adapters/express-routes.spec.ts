import express from 'express';
import { routesAt } from './express-routes';

const answer = (): void => undefined;

describe('routesAt', () => {
  const server = express();
  server.use(answer);
  server.get('/things/:id', answer);
  server.route('/things/:id').put(answer).delete(answer);
  server.route('/things/all').all(answer);

  it('returns the matching routes without middleware', () => {
    expect(routesAt(server, '/things/1')).toEqual([
      { template: '/things/:id', methods: ['GET'] },
      { template: '/things/:id', methods: ['PUT', 'DELETE'] },
    ]);
    expect(routesAt(server, '/things/all')).toContainEqual({ template: '/things/all', methods: [] });
  });

  it('returns an empty list if no route matches', () => {
    expect(routesAt(server, '/nothing')).toEqual([]);
  });
});
