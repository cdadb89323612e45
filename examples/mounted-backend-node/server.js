/** The backend beside a site on plain Node. Run: npm install secure-meeting …, node server.js */
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createDevelopmentServer } from 'secure-meeting/server';

// For a site of your own: `createServer` with your database, keys, `authenticate` and `policy`.
const meeting = await createDevelopmentServer({ issuer: 'http://localhost:8080/meeting' });
// The routes are under the path of `issuer` too, so nothing has to be stripped.
const answer = getRequestListener((request, environment) => meeting.fetch(request, environment));

const http = createServer((request, response) => {
  if (request.url?.startsWith('/meeting/')) void answer(request, response);
  else response.end('The site itself.');
});
http.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () =>
  console.log(`http://127.0.0.1:${http.address().port}/`),
);
process.once('SIGTERM', () => http.close(() => void meeting.close()));
