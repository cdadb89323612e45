/** The backend inside a Fastify application. Run: npm install fastify secure-meeting …, node server.js */
import fastify from 'fastify';
import { getRequestListener } from '@hono/node-server';
import { createDevelopmentServer } from 'secure-meeting/server';

// For a site of your own: `createServer` with your database, keys, `authenticate` and `policy`.
const meeting = await createDevelopmentServer({ issuer: 'http://localhost:8080/meeting' });
const answer = getRequestListener((request, environment) => meeting.fetch(request, environment));

const app = fastify();
app.register(
  async (routes) => {
    // The backend reads, bounds and checks bodies itself.
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser('*', (_request, _payload, done) => done(null));
    routes.all('/*', (request, reply) => {
      reply.hijack();
      return answer(request.raw, reply.raw);
    });
  },
  { prefix: '/meeting' },
);
app.get('/', async () => 'The site itself.');
app.addHook('onClose', () => meeting.close());

console.log(`${await app.listen({ port: Number(process.env.PORT ?? 8080), host: '127.0.0.1' })}/`);
process.once('SIGTERM', () => void app.close());
